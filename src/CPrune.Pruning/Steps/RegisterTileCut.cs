using CPrune.Compiler.Schedules;

namespace CPrune.Pruning.Steps;

/// <summary>
/// When no loop may be shortened, the register tile of the last turn is what is left to cut: to half its vectors, a quarter, …, one; then within that vector to
/// three quarters of its lanes, which masks the rest, and to half of them, which vectors of half the width fill; and so on. Whether less of a vector is less
/// time, in this layer or in those that read it, only the latency gate can tell.
/// </summary>
/// <param name="Filters">How many filters go.</param>
/// <param name="Kind">What is given up.</param>
internal sealed record RegisterTileCut(int Filters, string Kind)
{
    /// <summary>Fewer lanes than this are a vector of so many with a mask.</summary>
    private const int FewestLanes = 4;
    private const string MaskedTail = "masked tail";

    /// <summary>The smallest such cut above what was refused and within the limit, or null.</summary>
    public static RegisterTileCut? Smallest(StepRequest request, int limit)
    {
        var stage = request.Own[0];
        var lanes = Product(stage, LoopRole.Lane);
        var vectors = Product(stage, LoopRole.Register);
        var before = stage.Covered - lanes * vectors;
        foreach (var (tile, kind) in Tiles(vectors, lanes))
        {
            var units = stage.Extent - (before + tile);
            var cut = (units + stage.UnitsPerFilter - 1) / stage.UnitsPerFilter;
            if (cut > request.Refused && cut <= limit) return new RegisterTileCut(cut, kind);
        }

        return null;
    }

    /// <summary>What a register tile may shrink to, in units of the axis, largest first.</summary>
    private static IEnumerable<(int Tile, string Kind)> Tiles(int vectors, int lanes)
    {
        while (vectors > 1)
        {
            vectors = (vectors + 1) / 2;
            yield return (vectors * lanes, "smaller register tile");
        }

        for (; lanes > 1; lanes /= 2)
        {
            if (lanes >= FewestLanes) yield return (3 * lanes / 4, MaskedTail);
            yield return (lanes / 2, lanes / 2 >= FewestLanes ? "narrower vectors" : MaskedTail);
        }
    }

    private static int Product(StageLoops stage, LoopRole role) =>
        stage.Loops.Where(l => l.Role == role).Aggregate(1, (n, l) => n * l.Extent);
}
