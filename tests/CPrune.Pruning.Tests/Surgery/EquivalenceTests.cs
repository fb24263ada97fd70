using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Groups;
using CsCheck;

namespace CPrune.Pruning.Tests.Surgery;

/// <summary>The pruned model computes what the original computes when nobody reads the removed channels.</summary>
public class EquivalenceTests
{
    [Fact]
    public void Pruned_equals_masked_on_random_graphs() =>
        Gen.Int[0, int.MaxValue].Sample(seed => AssertEquivalent(seed), iter: 400, print: seed => $"RandomNet seed {seed}");

    [Fact]
    public void Pruned_again_equals_masked_again() => Gen.Int[0, int.MaxValue].Sample(
        seed =>
        {
            var once = Prune(RandomNet.Make(seed), new Random(seed)).Pruned;
            AssertSame(Prune(once, new Random(seed + 1)), RandomNet.Images(once, seed), seed);
        },
        iter: 100, print: seed => $"RandomNet seed {seed}");

    /// <summary>While no layer gets down to one channel, which may then be broadcast, or make a grouped convolution depthwise.</summary>
    [Fact]
    public void Groups_keep_their_places_when_channels_go() => Gen.Int[0, int.MaxValue].Sample(
        seed =>
        {
            var graph = RandomNet.Make(seed);
            var (before, after) = (PruningGraph.Analyze(graph), PruningGraph.Analyze(Prune(graph, new Random(seed), keep: 2).Pruned));
            Assert.Equal(before.Groups.Select(g => g.Layers), after.Groups.Select(g => g.Layers));
        },
        iter: 100, print: seed => $"RandomNet seed {seed}");

    /// <summary>Guards the property itself: random graphs that have nothing to prune would prove nothing.</summary>
    [Fact]
    public void Random_graphs_have_much_to_prune()
    {
        var groups = Enumerable.Range(0, 100).SelectMany(seed => PruningGraph.Analyze(RandomNet.Make(seed)).Groups).ToList();
        Assert.True(groups.Count(g => g.Prunable) > 200, $"{groups.Count(g => g.Prunable)} of {groups.Count}");
        Assert.True(groups.Count(g => g.Prunable && g.Layers.Length > 1) > 50);
    }

    private static void AssertEquivalent(int seed)
    {
        var graph = RandomNet.Make(seed);
        AssertSame(Prune(graph, new Random(seed)), RandomNet.Images(graph, seed), seed);
    }

    private static void AssertSame((ModelGraph Pruned, ModelGraph Masked) models, Tensor images, int seed)
    {
        var (actual, expected) = (ReferenceEvaluator.Run(models.Pruned, images), ReferenceEvaluator.Run(models.Masked, images));
        Assert.Equal(expected.Shape, actual.Shape);
        for (var i = 0; i < expected.Count; i++)
            Assert.True(Math.Abs(actual.Floats[i] - expected.Floats[i]) <= 1e-4 * (1 + Math.Abs(expected.Floats[i])),
                $"seed {seed}: output {i} is {actual.Floats[i]} instead of {expected.Floats[i]}");
    }

    private static (ModelGraph Pruned, ModelGraph Masked) Prune(ModelGraph graph, Random random, int keep = 1)
    {
        var analysis = PruningGraph.Analyze(graph);
        var cuts = analysis.Groups.Where(g => g.Prunable).ToDictionary(g => g.Id, IReadOnlyCollection<int> (g) => RandomPositions(g, random, keep));
        return (ChannelRemover.Remove(graph, analysis, cuts), ChannelMasker.Mask(graph, analysis, cuts));
    }

    /// <summary>Any positions, as long as every layer keeps some.</summary>
    private static HashSet<int> RandomPositions(ChannelGroup group, Random random, int keep)
    {
        var cut = Enumerable.Range(0, group.Channels).Where(_ => random.Next(2) == 0).ToHashSet();
        foreach (var producer in group.Producers)
        {
            var own = producer.Positions.Distinct().ToArray();
            random.Shuffle(own);
            var kept = own.Count(p => !cut.Contains(p));
            cut.ExceptWith(own.Where(cut.Contains).Take(keep - kept).ToList());
        }

        return cut;
    }
}
