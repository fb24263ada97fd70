using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Groups;
using CsCheck;

namespace CPrune.Pruning.Tests.Blocks;

/// <summary>A model without a block computes what it computed when the block's branch was zero.</summary>
public class BlockRemoverTests
{
    [Fact]
    public void Removed_equals_masked_on_random_residual_graphs() => Sample(100, seed =>
    {
        var graph = RandomResidualNet.Make(seed);
        var images = RandomNet.Images(graph, seed);
        foreach (var block in ResidualBlocks.Of(graph))
        {
            var removed = BlockRemover.Remove(graph, block);
            Referee.AssertClose(ReferenceEvaluator.Run(Masked(graph, block), images), ReferenceEvaluator.Run(removed, images), 1e-5);
            Assert.Equal(block.Nodes.Length + 1, graph.Nodes.Length - removed.Nodes.Length);
            Assert.True(GraphStatistics.Parameters(removed) < GraphStatistics.Parameters(graph));
        }
    });

    [Fact]
    public void ONNX_Runtime_computes_what_is_left() => Sample(10, seed =>
    {
        var graph = RandomResidualNet.Make(seed);
        while (ResidualBlocks.Of(graph) is [.., var block]) graph = BlockRemover.Remove(graph, block);
        Referee.AssertAgrees(graph, RandomNet.Images(graph, seed), 1e-4);
    });

    [Fact]
    public void Channels_of_what_is_left_can_be_cut() => Sample(60, seed =>
    {
        var graph = RandomResidualNet.Make(seed);
        foreach (var block in ResidualBlocks.Of(graph))
        {
            var removed = BlockRemover.Remove(graph, block);
            var (analysis, images) = (PruningGraph.Analyze(removed), RandomNet.Images(graph, seed));
            var cuts = analysis.Groups.Where(g => g.Prunable && g.Channels > 1).ToDictionary(g => g.Id, IReadOnlyCollection<int> (g) => [g.Channels / 2]);
            Referee.AssertClose(
                ReferenceEvaluator.Run(ChannelMasker.Mask(removed, analysis, cuts), images),
                ReferenceEvaluator.Run(ChannelRemover.Remove(removed, analysis, cuts), images), 1e-4);
        }
    });

    [Fact]
    public void A_cut_before_or_after_leaves_the_same_shapes() => Sample(60, seed =>
    {
        var graph = RandomResidualNet.Make(seed);
        foreach (var block in ResidualBlocks.Of(graph))
        {
            var without = BlockRemover.Remove(graph, block);
            var (before, after) = (PruningGraph.Analyze(graph), PruningGraph.Analyze(without));
            // What a block couples, such as a grouped convolution its input channels, is free once the block is gone.
            var layer = after.Groups.Where(g => g.Prunable).SelectMany(g => g.Layers)
                .FirstOrDefault(l => before.GroupOf(l) is { Prunable: true } group && IsStill(group, after, l));
            if (layer is null) continue;
            Assert.Equal(ShapesOf(Cut(without, layer)), ShapesOf(BlockRemover.Remove(Cut(graph, layer), block)));
        }
    });

    /// <summary>Guards the properties: random graphs without blocks would prove nothing.</summary>
    [Fact]
    public void Random_graphs_have_blocks_of_all_kinds()
    {
        var blocks = Enumerable.Range(0, 50).SelectMany(seed => ResidualBlocks.Of(RandomResidualNet.Make(seed))).ToList();
        Assert.True(blocks.Count(b => b.HasIdentityShortcut) > 30, $"{blocks.Count(b => b.HasIdentityShortcut)} of {blocks.Count}");
        Assert.True(blocks.Count(b => !b.HasIdentityShortcut) > 30, $"{blocks.Count(b => !b.HasIdentityShortcut)} of {blocks.Count}");
    }

    [Fact]
    public void A_sum_that_is_an_output_keeps_its_name()
    {
        var b = new GraphBuilder("net", 1);
        var x = b.Relu(b.Conv(b.Input(3, 4, 4), 4, Window.Same(3)));
        var graph = b.Build(b.Add(b.Conv(x, 4, Window.Same(3)), x, "add"));
        var block = Assert.Single(ResidualBlocks.Of(graph));

        var removed = BlockRemover.Remove(graph, block);

        Assert.Equal("add.out", removed.Output.Name);
        var images = RandomNet.Images(graph, 1);
        Referee.AssertClose(ReferenceEvaluator.Run(Masked(graph, block), images), Referee.Run(removed, images)[0], 1e-5);
    }

    [Theory]
    [InlineData("cifar10_resnet20.onnx")]
    [InlineData("cifar10_resnet20b_chenyaofo.onnx")]
    public void ONNX_Runtime_finds_removed_and_masked_equal(string file)
    {
        var graph = OnnxFile.Read(SharedData.Path("models", file));
        var (blocks, image) = (ResidualBlocks.Of(graph), Referee.Data(1, 2, 3, 32, 32));
        foreach (var block in new[] { blocks[1], blocks[3] })
            Referee.AssertClose(Referee.Run(Masked(graph, block), image)[0], Referee.Run(BlockRemover.Remove(graph, block), image)[0], 1e-5);
    }

    [Fact]
    public void A_block_of_another_model_is_refused()
    {
        var graph = RandomResidualNet.Make(3);
        var block = ResidualBlocks.Of(graph)[0];

        var error = Assert.Throws<ArgumentException>(() => BlockRemover.Remove(BlockRemover.Remove(graph, block), block));

        Assert.StartsWith($"the model has no block '{block.Name}'; look for its blocks again", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Whether a group is what is left of another one: the same filters of all layers that are left.</summary>
    private static bool IsStill(ChannelGroup before, ChannelAnalysis after, string layer)
    {
        var now = after.GroupOf(layer)!;
        return before.Layers.Where(l => after.GroupOf(l) is not null).SequenceEqual(now.Layers)
            && now.Producers.All(p => before.Producers.First(b => b.Layer == p.Layer).Positions.SequenceEqual(p.Positions));
    }

    private static void Sample(int count, Action<int> check) => Gen.Int[0, int.MaxValue].Sample(check, iter: count, print: seed => $"RandomResidualNet seed {seed}");

    /// <summary>The model with zeros in place of what the block computes.</summary>
    private static ModelGraph Masked(ModelGraph graph, ResidualBlock block)
    {
        var zeros = new Node { Name = "mask", OpType = "Mul", Inputs = [block.Branch, "zero"], Outputs = ["masked"] };
        var nodes = graph.Nodes.SelectMany(n => n.Outputs.Contains(block.Sum)
            ? [zeros, n with { Inputs = [.. n.Inputs.Select(i => i == block.Branch ? "masked" : i)] }]
            : new[] { n });
        return (graph with { Nodes = [.. nodes] }).WithInitializer("zero", Tensor.Scalar(0));
    }

    private static ModelGraph Cut(ModelGraph graph, string layer)
    {
        var analysis = PruningGraph.Analyze(graph);
        var group = analysis.GroupOf(layer)!;
        return ChannelRemover.Remove(graph, analysis, group, [group.Producers.First(p => p.Layer == layer).Positions.First(p => p >= 0)]);
    }

    private static List<string> ShapesOf(ModelGraph graph) => [.. graph.Initializers.Select(i => $"{i.Key} {Shapes.Text(i.Value.Shape)}")];
}
