using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Tests.Surgery;

/// <summary>Removals at random, with what they must compute.</summary>
internal static class RandomCuts
{
    /// <param name="keep">Of every part of a group that has as many.</param>
    public static (ModelGraph Pruned, ModelGraph Masked) Prune(ModelGraph graph, Random random, int keep = 1)
    {
        var analysis = PruningGraph.Analyze(graph);
        return Prune(graph, analysis, analysis.Groups.Where(g => g.Prunable).ToDictionary(g => g.Id, IReadOnlyCollection<int> (g) => Positions(g, random, keep)));
    }

    public static (ModelGraph Pruned, ModelGraph Masked) Prune(
        ModelGraph graph, ChannelAnalysis analysis, IReadOnlyDictionary<int, IReadOnlyCollection<int>> cuts) =>
        (ChannelRemover.Remove(graph, analysis, cuts), ChannelMasker.Mask(graph, analysis, cuts));

    /// <summary>As many positions of a group as can go.</summary>
    public static List<int> AllThatCanGo(ChannelGroup group)
    {
        var parts = new KeptParts(group);
        return [.. Enumerable.Range(0, group.Channels).Where(parts.TryTake)];
    }

    public static void AssertSame(ModelGraph expected, ModelGraph actual, Tensor images)
    {
        var (before, after) = (ReferenceEvaluator.RunAll(expected, images), ReferenceEvaluator.RunAll(actual, images));
        foreach (var output in expected.Outputs) AssertSame(before[output.Name], after[output.Name], output.Name);
    }

    public static void AssertSame(Tensor expected, Tensor actual, string name)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(Math.Abs(actual.Floats[i] - expected.Floats[i]) <= 1e-4 * (1 + Math.Abs(expected.Floats[i])),
                $"element {i} of '{name}' is {actual.Floats[i]} instead of {expected.Floats[i]}");
    }

    private static HashSet<int> Positions(ChannelGroup group, Random random, int keep)
    {
        var cut = Enumerable.Range(0, group.Channels).Where(_ => random.Next(2) == 0).ToHashSet();
        foreach (var part in group.Parts)
        {
            var own = part.ToArray();
            random.Shuffle(own);
            var kept = own.Count(p => !cut.Contains(p));
            cut.ExceptWith(own.Where(cut.Contains).Take(keep - kept).ToList());
        }

        return cut;
    }
}
