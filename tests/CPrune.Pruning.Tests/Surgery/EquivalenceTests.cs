using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Groups;
using CsCheck;

namespace CPrune.Pruning.Tests.Surgery;

/// <summary>The pruned model computes what the original computes when nobody reads the removed channels.</summary>
public class EquivalenceTests
{
    [Fact]
    public void Pruned_equals_masked_on_random_graphs() => ForRandomNets(600, (seed, graph) =>
    {
        var (pruned, masked) = RandomCuts.Prune(graph, new Random(seed));
        RandomCuts.AssertSame(masked, pruned, RandomNet.Images(graph, seed));
    });

    /// <summary>Channels that are left alone beside those that go, and tied with some of them.</summary>
    [Fact]
    public void Pruned_equals_masked_beside_what_is_left_alone()
    {
        var (cut, leftAlone) = (0, 0);
        ForRandomNets(600, RandomNet.MakeWithLeftAlone, (seed, graph) =>
        {
            var groups = PruningGraph.Analyze(graph).Groups;
            Interlocked.Add(ref cut, groups.Count(g => g.Prunable));
            Interlocked.Add(ref leftAlone, groups.Count(g => !g.Prunable));
            var (pruned, masked) = RandomCuts.Prune(graph, new Random(seed));
            RandomCuts.AssertSame(masked, pruned, RandomNet.Images(graph, seed));
        });
        Assert.True(cut > 1000 && leftAlone > 1000, $"{cut} groups and {leftAlone} that are left alone");
    }

    [Fact]
    public void Pruned_again_equals_masked_again() => ForRandomNets(150, (seed, graph) =>
    {
        var once = RandomCuts.Prune(graph, new Random(seed)).Pruned;
        var (pruned, masked) = RandomCuts.Prune(once, new Random(seed + 1));
        RandomCuts.AssertSame(masked, pruned, RandomNet.Images(once, seed));
    });

    /// <summary>A group that is said to be removable is: each by itself, as far as it can go, and nothing but it.</summary>
    [Fact]
    public void Every_prunable_group_really_goes() => ForRandomNets(100, (seed, graph) =>
    {
        var analysis = PruningGraph.Analyze(graph);
        foreach (var group in analysis.Groups.Where(g => g.Prunable))
        {
            var going = RandomCuts.AllThatCanGo(group);
            Assert.NotEmpty(going);
            var (pruned, masked) = RandomCuts.Prune(graph, analysis, new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = going });

            Assert.True(GraphStatistics.Parameters(pruned) < GraphStatistics.Parameters(graph), $"{group}");
            foreach (var layer in analysis.Groups.SelectMany(g => g.Producers).DistinctBy(p => p.Layer))
            {
                var own = group.Producers.FirstOrDefault(p => p.Layer == layer.Layer);
                var gone = own is null ? 0 : own.Positions.Count(going.Contains);
                Assert.Equal(graph.Initializers[layer.Weight].Shape[layer.Axis] - gone, pruned.Initializers[layer.Weight].Shape[layer.Axis]);
            }

            RandomCuts.AssertSame(masked, pruned, RandomNet.Images(graph, seed));
        }
    });

    [Fact]
    public void The_file_shrinks_and_runs_in_ONNX_Runtime() => ForRandomNets(60, (seed, graph) =>
    {
        var analysis = PruningGraph.Analyze(graph);
        var cuts = analysis.Groups.Where(g => g.Prunable).ToDictionary(g => g.Id, IReadOnlyCollection<int> (g) => RandomCuts.AllThatCanGo(g));
        if (cuts.Count == 0) return;
        var (pruned, masked) = RandomCuts.Prune(graph, analysis, cuts);
        var (bytes, images) = (OnnxFile.ToBytes(pruned), RandomNet.Images(graph, seed));

        Assert.True(bytes.Length < OnnxFile.ToBytes(graph).Length);
        foreach (var (expected, actual) in Referee.Run(masked, images).Zip(Referee.Run(bytes, images))) RandomCuts.AssertSame(expected, actual, "output");
    });

    /// <summary>While no layer gets down to one channel, which may then be broadcast, or make a grouped convolution depthwise.</summary>
    [Fact]
    public void Groups_keep_their_places_when_channels_go() => ForRandomNets(150, (seed, graph) =>
    {
        var (before, after) = (PruningGraph.Analyze(graph), PruningGraph.Analyze(RandomCuts.Prune(graph, new Random(seed), keep: 2).Pruned));
        Assert.Equal(before.Groups.Select(g => g.Layers), after.Groups.Select(g => g.Layers));
    });

    /// <summary>Guards the properties themselves: random graphs that have nothing to prune would prove nothing.</summary>
    [Fact]
    public void Random_graphs_have_much_to_prune()
    {
        var graphs = Enumerable.Range(0, 200).Select(RandomNet.Make).ToList();
        var groups = graphs.SelectMany(g => PruningGraph.Analyze(g).Groups).ToList();
        Assert.True(groups.Count(g => g.Prunable) > 400, $"{groups.Count(g => g.Prunable)} of {groups.Count}");
        Assert.True(groups.Count(g => g.Prunable && g.Layers.Length > 1) > 100);
        Assert.Contains(graphs, g => g.Outputs.Length > 1);
        foreach (var op in (string[])["Add", "Concat", "Split", "Slice", "Pad", "Gather", "Transpose", "Reshape", "PRelu", "BatchNormalization", "Gemm", "MatMul", "Mul"])
        {
            var touched = graphs.Count(g => RandomCuts.Prune(g, new Random(1)).Pruned is var p && HasChanged(g, p, op));
            Assert.True(touched > 10, $"{op}: {touched} graphs in which channels on the way through it go");
        }
    }

    private static bool HasChanged(ModelGraph before, ModelGraph after, string op)
    {
        var (old, now) = (ShapeInference.Infer(before), ShapeInference.Infer(after));
        return before.Nodes.Any(n => n.OpType == op && !old[n.Inputs[0]].SequenceEqual(now.GetValueOrDefault(n.Inputs[0], old[n.Inputs[0]])));
    }

    private static void ForRandomNets(int count, Action<int, ModelGraph> property) => ForRandomNets(count, RandomNet.Make, property);

    private static void ForRandomNets(int count, Func<int, ModelGraph> make, Action<int, ModelGraph> property) =>
        Gen.Int[0, int.MaxValue].Sample(seed => property(seed, make(seed)), iter: count, print: seed => $"RandomNet seed {seed}");
}
