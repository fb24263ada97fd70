using CPrune.Compiler.Schedules;

namespace CPrune.Pruning.Steps;

/// <summary>
/// When no loop may be shortened, the register tile of the last turn is what is left to cut: to half its vectors, a quarter, …, one; then
/// to half the lanes, and so on.
/// </summary>
internal static class RegisterTileCut
{
    /// <summary>The smallest such cut above what was refused and within the limit, or null.</summary>
    public static int? Smallest(StepRequest request, int limit)
    {
        var stage = request.Own[0];
        var lanes = Product(stage, LoopRole.Lane);
        var vectors = Product(stage, LoopRole.Register);
        var before = stage.Covered - lanes * vectors;
        foreach (var tile in Halvings(vectors, lanes))
        {
            var units = stage.Extent - (before + tile);
            var cut = (units + stage.UnitsPerFilter - 1) / stage.UnitsPerFilter;
            if (cut > request.Refused && cut <= limit) return cut;
        }

        return null;
    }

    private static IEnumerable<int> Halvings(int vectors, int lanes)
    {
        while (vectors > 1)
        {
            vectors = (vectors + 1) / 2;
            yield return vectors * lanes;
        }

        while (lanes > 1)
        {
            lanes /= 2;
            yield return lanes;
        }
    }

    private static int Product(StageLoops stage, LoopRole role) =>
        stage.Loops.Where(l => l.Role == role).Aggregate(1, (n, l) => n * l.Extent);
}
