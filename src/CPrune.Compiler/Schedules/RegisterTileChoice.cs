using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>A register tile of rows × columns × vectors.</summary>
internal readonly record struct RegisterTileShape(int Rows, int Columns, int Vectors)
{
    public int Accumulators => Rows * Columns * Vectors;
}

/// <summary>
/// Picks a register tile from a count of instructions: two multiply-adds and two loads a cycle, four cycles until a sum can be used again, every
/// accumulator, every vector that several pixels share and one operand in a register, and the computation that tails waste.
/// </summary>
internal sealed class RegisterTileChoice
{
    private const double PerCycle = 2, Latency = 4, CyclesPerTile = 12;
    private const int MaxColumns = 28, MaxRows = 8, MaxVectors = 8;

    private readonly int _rows, _columns, _vectors, _registers;
    private readonly double _steps;
    private readonly int _perPixel, _perVector, _perBoth;

    public RegisterTileChoice(Computation computation, Target target, int lanes)
    {
        _rows = Extent(computation, "oh");
        _columns = Extent(computation, "ow");
        _vectors = AxisSplit.CeilDiv(computation[computation.LaneAxis].Extent, lanes);
        _registers = target.VectorRegisters;
        _steps = computation.Axes.Where(a => a.Kind == AxisKind.Reduction).Aggregate(1.0, (n, a) => n * a.Extent);
        foreach (var read in computation.Term.Reads())
        {
            var pixel = read.Indices.Any(i => i.CoefficientOf("oh") != 0 || i.CoefficientOf("ow") != 0);
            var lane = read.Indices.Any(i => i.CoefficientOf(computation.LaneAxis) != 0);
            if (pixel && lane) _perBoth++;
            else if (pixel) _perPixel++;
            else if (lane) _perVector++;
        }
    }

    /// <summary>The cheapest tile; the smaller of equally cheap ones.</summary>
    public RegisterTileShape Best()
    {
        var best = new RegisterTileShape(1, 1, 1);
        var bestCost = double.PositiveInfinity;
        for (var vectors = 1; vectors <= Math.Min(_vectors, MaxVectors); vectors++)
            for (var columns = 1; columns <= Math.Min(_columns, MaxColumns); columns++)
                for (var rows = 1; rows <= (columns == _columns ? Math.Min(_rows, MaxRows) : 1); rows++)
                {
                    var shape = new RegisterTileShape(rows, columns, vectors);
                    var cost = Cost(shape);
                    if (cost >= bestCost * 0.999) continue;
                    (best, bestCost) = (shape, cost);
                }
        return best;
    }

    private double Cost(RegisterTileShape tile)
    {
        var pixels = tile.Rows * tile.Columns;
        var operands = Math.Min(_perVector * tile.Vectors, _perPixel * pixels) + 1;
        if (tile.Accumulators > 1 && tile.Accumulators + operands > _registers) return double.PositiveInfinity;
        var loads = _perPixel * pixels + _perVector * tile.Vectors + _perBoth * tile.Accumulators;
        var cyclesPerStep = Math.Max(_steps > 1 ? Latency : 0, Math.Max(tile.Accumulators, loads) / PerCycle);
        // The vectors of the last tile that do not exist are not computed; rows and columns are computed twice.
        var pixelTiles = (double)AxisSplit.CeilDiv(_rows, tile.Rows) * AxisSplit.CeilDiv(_columns, tile.Columns);
        var full = _vectors / tile.Vectors;
        var tail = _vectors % tile.Vectors;
        var cost = full * (_steps * cyclesPerStep + CyclesPerTile);
        if (tail > 0)
            cost += _steps * Math.Max(_steps > 1 ? Latency : 0, Math.Max(pixels * tail, _perPixel * pixels + _perVector * tail + _perBoth * pixels * tail) / PerCycle) + CyclesPerTile;
        return pixelTiles * cost;
    }

    private static int Extent(Computation computation, string axis) =>
        computation.Has(axis) && computation[axis].Kind == AxisKind.Spatial ? computation[axis].Extent : 1;
}
