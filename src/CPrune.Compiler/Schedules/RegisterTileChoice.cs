using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>A register tile of rows × columns × vectors.</summary>
internal readonly record struct RegisterTileShape(int Rows, int Columns, int Vectors)
{
    public int Accumulators => Rows * Columns * Vectors;
}

/// <summary>
/// Picks a register tile from a count of instructions: two multiply-adds and two loads a cycle, four cycles until a sum can be used again,
/// now and then a load that waits, every accumulator, every vector that several pixels share and one operand in a register, weights
/// streamed from a cache, what tails waste, and adding up lanes that are partial sums.
/// </summary>
internal sealed class RegisterTileChoice
{
    private const double PerCycle = 2, Latency = 4, CyclesPerTile = 12, CyclesPerSum = 1.5, LoadConflict = 1.0 / 16;
    private const int MaxColumns = 28, MaxRows = 8, MaxVectors = 8;

    private readonly int _rows, _columns, _elements, _lanes, _elementsPerVector, _registers, _temporaries;
    private readonly bool _shares, _sums;
    private readonly double _steps;

    /// <summary>Loads of one pixel beyond one a step.</summary>
    private readonly double _tapLoads;
    private readonly int _perPixel, _perVector, _perBoth;

    /// <summary>Of the widest row that neighbouring pixels' windows share: pixels from one window to the next, and from a window's first to its last.</summary>
    private readonly int _step, _reach;

    public RegisterTileChoice(Computation computation, Target target, LaneChoice lanes)
    {
        _rows = Extent(computation, "oh");
        _columns = Extent(computation, "ow");
        _elements = computation[computation.LaneAxis].Extent;
        _lanes = lanes.Lanes;
        _sums = lanes.Axis != computation.LaneAxis;
        _elementsPerVector = _sums ? 1 : _lanes;
        _shares = !_sums && SharedTail.IsPossible(computation, ["oh", "ow"]);
        _registers = target.VectorRegisters;
        _temporaries = target.HasFusedMultiplyAdd ? 1 : 2;
        var taps = _sums ? SharedTaps.Of(computation, lanes.Axis, lanes.Lanes, _ => true) : null;
        _steps = lanes.Steps(computation, taps);
        if (taps is not null)
            _tapLoads = (taps.Loads - taps.Vectors) * computation.Axes
                .Where(a => a.Kind == AxisKind.Reduction && a.Name != lanes.Axis && a.Name != taps.Axis).Aggregate(1.0, (n, a) => n * a.Extent);
        foreach (var read in computation.Term.Reads())
        {
            var pixel = read.Indices.Any(i => i.CoefficientOf("oh") != 0 || i.CoefficientOf("ow") != 0);
            var lane = read.Indices.Any(i => i.CoefficientOf(computation.LaneAxis) != 0);
            if (pixel && lane)
            {
                _perBoth++;
                var (step, reach) = AlongRow(read, computation);
                if (reach >= step && reach > _reach) (_step, _reach) = (step, reach);
            }
            else if (pixel) _perPixel++;
            else if (lane) _perVector++;
        }
    }

    /// <summary>The cheapest tile, the smaller of equally cheap ones, and the cycles of the whole computation with it.</summary>
    public (RegisterTileShape Tile, double Cycles) Best()
    {
        var best = new RegisterTileShape(1, 1, 1);
        var bestCost = double.PositiveInfinity;
        // The sums of one pixel lie in one vector.
        var most = Math.Min(AxisSplit.CeilDiv(_elements, _elementsPerVector), _sums ? Math.Min(MaxVectors, _lanes) : MaxVectors);
        for (var vectors = 1; vectors <= most; vectors++)
            for (var columns = 1; columns <= Math.Min(_columns, MaxColumns); columns++)
                for (var rows = 1; rows <= (columns == _columns ? Math.Min(_rows, MaxRows) : 1); rows++)
                {
                    var shape = new RegisterTileShape(rows, columns, vectors);
                    var cost = Cost(shape);
                    if (cost >= bestCost * 0.999) continue;
                    (best, bestCost) = (shape, cost);
                }
        return (best, bestCost);
    }

    private double Cost(RegisterTileShape tile)
    {
        var pixels = tile.Rows * tile.Columns;
        var (full, left) = Math.DivRem(_elements, tile.Vectors * _elementsPerVector);
        var (whole, tail) = (Whole(tile.Vectors, pixels), Tail(left, pixels));
        if ((full > 0 && !Fits(whole, tile)) || (left > 0 && !Fits(tail, tile))) return double.PositiveInfinity;
        // Vectors that do not exist in the last tile are not computed; rows and columns are computed twice.
        var pixelTiles = (double)AxisSplit.CeilDiv(_rows, tile.Rows) * AxisSplit.CeilDiv(_columns, tile.Columns);
        return pixelTiles * (full * TileCycles(pixels, whole) + (left > 0 ? TileCycles(pixels, tail) : 0));
    }

    private static Work Whole(int vectors, int pixels) => new(vectors * pixels, vectors, 0);

    /// <summary>Vectors that stay in registers because the windows of several pixels, written out, read them.</summary>
    private int SharedRow(RegisterTileShape tile, int vectors) =>
        _reach == 0 || tile.Columns == 1 ? 0 : tile.Rows * vectors * ((tile.Columns - 1) * _step + _reach + 1);

    private static (int Step, int Reach) AlongRow(Expr.Read read, Computation computation)
    {
        if (read.Indices.FirstOrDefault(i => i.CoefficientOf("ow") > 0) is not { } index) return (1, 0);
        var reach = index.Terms.Where(t => computation[t.Axis].Kind == AxisKind.Reduction).Sum(t => t.Coefficient * (computation[t.Axis].Extent - 1));
        return (index.CoefficientOf("ow"), reach);
    }

    /// <summary>The last tile: so many elements of the lane axis, the last ones shared by pixels where that saves accumulators.</summary>
    private Work Tail(int elements, int pixels)
    {
        var (full, rest) = Math.DivRem(elements, _elementsPerVector);
        var groups = _shares ? SharedTail.Share(full, rest, _lanes, pixels) : [];
        if (groups.IsEmpty) return Whole(AxisSplit.CeilDiv(elements, _elementsPerVector), pixels);
        return new Work(pixels * full + groups.Sum(g => g.Accumulators(pixels)), full + groups.Length, groups.Length);
    }

    /// <summary>Whether everything has a register: accumulators, the vectors all pixels use or the pixels all vectors use, blends and temporaries.</summary>
    private bool Fits(Work work, RegisterTileShape tile)
    {
        var operands = Math.Min(_perVector * work.Vectors, _perPixel * tile.Rows * tile.Columns) + SharedRow(tile, work.Vectors) + work.Blends + _temporaries;
        return work.Accumulators == 1 || work.Accumulators + operands <= _registers;
    }

    private double TileCycles(int pixels, Work work)
    {
        var loads = _perPixel * pixels + _perVector * work.Vectors + _perBoth * work.Accumulators;
        var latency = _steps > 1 ? Latency : 0;
        var streamed = _perVector * work.Vectors * _lanes * sizeof(float);
        var perStep = Math.Max(Math.Max(latency, streamed / Bandwidth(streamed * _steps)), Math.Max(work.Accumulators, loads) / PerCycle);
        return _steps * (perStep + loads * LoadConflict) + _tapLoads * pixels / PerCycle + CyclesPerTile + (_sums ? CyclesPerSum * work.Accumulators : 0);
    }

    /// <summary>Bytes a cycle from the cache that holds what every pixel tile reads anew.</summary>
    private static double Bandwidth(double bytes) => bytes switch
    {
        <= 24 << 10 => 128,
        <= 768 << 10 => 32,
        _ => 12,
    };

    private static int Extent(Computation computation, string axis) =>
        computation.Has(axis) && computation[axis].Kind == AxisKind.Spatial ? computation[axis].Extent : 1;

    /// <summary>What one tile holds: accumulators, vectors of weights, and operands that are being put together for shared accumulators.</summary>
    private readonly record struct Work(int Accumulators, int Vectors, int Blends);
}
