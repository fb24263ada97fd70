using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>Which channels are coupled, on graphs small enough to see it.</summary>
public class GroupTests
{
    [Fact]
    public void A_chain_couples_nothing()
    {
        var b = new GraphBuilder("chain", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "a")));
        x = b.Relu(b.Conv(x, 6, Window.Same(3), bias: true, name: "b"));
        var analysis = PruningGraph.Analyze(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10, "fc")));

        Assert.Equal(["a|b", "b|fc", "fc|"], Describe(analysis));
        Assert.Equal([4, 6, 10], analysis.Groups.Select(g => g.Channels));
        Assert.True(analysis.GroupOf("a")!.Prunable);
        Assert.Equal("'fc.out' is an output of the model", analysis.GroupOf("fc")!.FrozenReason);
        Assert.Null(analysis.GroupOf("gap"));
    }

    [Fact]
    public void Residual_adds_couple_a_whole_stage()
    {
        var b = new GraphBuilder("stage", 1);
        var x = b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "stem");
        for (var block = 0; block < 3; block++)
        {
            var y = b.Conv(b.Relu(b.Conv(x, 5, Window.Same(3), name: $"in{block}")), 4, Window.Same(3), name: $"out{block}");
            x = b.Relu(b.Add(y, x));
        }

        var analysis = PruningGraph.Analyze(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10, "fc")));

        var stage = analysis.GroupOf("stem")!;
        Assert.Equal(["stem", "out0", "out1", "out2"], stage.Layers);
        Assert.Equal(["in0", "in1", "in2", "fc"], stage.Consumers);
        Assert.Equal(4, stage.Channels);
        Assert.True(stage.Prunable);
        Assert.All(stage.Producers, p => Assert.Equal([0, 1, 2, 3], p.Positions));
        Assert.Equal("in1", Assert.Single(analysis.GroupOf("in1")!.Layers));
    }

    [Fact]
    public void Concat_keeps_groups_apart_and_its_reader_sees_each_at_its_offset()
    {
        var b = new GraphBuilder("fire", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "squeeze"));
        var both = b.Concat([b.Conv(x, 2, Window.Same(1), name: "left"), b.Conv(x, 3, Window.Same(3), name: "right")]);
        var analysis = PruningGraph.Analyze(b.Build(b.GlobalAveragePool(b.Conv(both, 7, Window.Same(1), name: "reader"))));

        Assert.Equal(["squeeze|left,right", "left|reader", "right|reader", "reader|"], Describe(analysis));
        Assert.Equal([0, 1, -1, -1, -1], analysis.GroupOf("left")!.Readers[0].Positions);
        Assert.Equal([-1, -1, 0, 1, 2], analysis.GroupOf("right")!.Readers[0].Positions);
    }

    [Fact]
    public void A_layer_added_to_a_concat_goes_with_each_of_its_members()
    {
        var b = new GraphBuilder("joined", 1);
        var x = b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "stem");
        var both = b.Concat([b.Conv(x, 2, Window.Same(1), name: "left"), b.Conv(x, 3, Window.Same(1), name: "right")]);
        var sum = b.Add(both, b.Conv(x, 5, Window.Same(1), name: "whole"));
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(sum, 2, Window.Same(1), name: "reader")));

        Assert.Equal(["stem|left,right,whole", "left,whole|reader", "right,whole|reader", "reader|"], Describe(analysis));
        Assert.Equal([2, 3], analysis.GroupsOf("whole").Select(g => g.Channels));
        Assert.Equal([-1, -1, 0, 1, 2], analysis.GroupOf("right")!.Producers[1].Positions);
    }

    [Fact]
    public void Zeros_behind_a_shortcut_are_channels_that_only_the_wider_stage_makes()
    {
        var analysis = PruningGraph.Analyze(PaddedNet.Make(narrow: 4, wide: 7, before: 1));

        Assert.Equal(["narrow,wide|wide,reader", "wide|reader", "reader|"], Describe(analysis));
        Assert.Equal([-1, 0, 1, 2, 3, -1, -1], analysis.GroupOf("narrow")!.Producers[1].Positions);
        Assert.Equal((3, 1), (analysis.GroupOf("wide")!.Channels, analysis.GroupOf("wide")!.Layers.Length));
    }

    [Fact]
    public void A_shuffle_ties_nothing()
    {
        var b = new GraphBuilder("shuffle", 1);
        var input = b.Input(3, 8, 8);
        var both = b.Concat([b.Conv(input, 3, Window.Same(1), name: "left"), b.Conv(input, 3, Window.Same(1), name: "right")]);
        var halves = b.Split(b.ChannelShuffle(both, 2), 2);
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(b.Concat([halves[1], halves[0]]), 2, Window.Same(1), name: "reader")));

        Assert.Equal(["left|reader", "right|reader", "reader|"], Describe(analysis));
        Assert.Equal([-1, 2, -1, 0, -1, 1], analysis.GroupOf("left")!.Readers[0].Positions);
    }

    [Fact]
    public void Depthwise_passes_channels_through_and_a_multiplier_repeats_them()
    {
        var b = new GraphBuilder("depthwise", 1);
        var x = b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "point");
        x = b.Relu(b.BatchNorm(b.Depthwise(x, Window.Same(3), name: "depth")));
        x = b.Conv(x, 8, Window.Same(3), 4, name: "twice");
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(x, 5, Window.Same(1), name: "reader")));

        var group = analysis.GroupOf("depth")!;
        Assert.Equal(["point", "depth", "twice"], group.Layers);
        Assert.Equal(["reader"], group.Consumers);
        Assert.Equal([0, 0, 1, 1, 2, 2, 3, 3], group.Producers[2].Positions);
        Assert.Equal([1, 1, 2], group.Producers.Select(p => p.UnitsPerPosition));
        Assert.Equal(2, group.Readers[0].UnitsPerPosition);
    }

    [Fact]
    public void A_one_channel_convolution_is_not_depthwise()
    {
        var b = new GraphBuilder("grey", 1);
        var x = b.Conv(b.Input(1, 8, 8), 4, Window.Same(3), name: "first");
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(x, 2, Window.Same(1), name: "reader")));

        Assert.True(analysis.GroupOf("first")!.Prunable);
        Assert.Equal(4, analysis.GroupOf("first")!.Channels);
    }

    [Fact]
    public void A_grouped_convolution_ties_the_same_place_of_every_group()
    {
        var b = new GraphBuilder("grouped", 1);
        var x = b.Conv(b.Input(3, 8, 8), 6, Window.Same(3), name: "before");
        x = b.Conv(x, 4, Window.Same(3), 2, name: "grouped");
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(x, 2, Window.Same(1), name: "reader")));

        var before = analysis.GroupOf("before")!;
        Assert.Equal(3, before.Channels);
        Assert.Equal([0, 1, 2, 0, 1, 2], before.Producers[0].Positions);
        Assert.Equal((2, 1), (before.Producers[0].UnitsPerPosition, before.Readers[0].UnitsPerPosition));
        var grouped = analysis.GroupOf("grouped")!;
        Assert.Equal([0, 1, 0, 1], grouped.Producers[0].Positions);
        Assert.Equal((1, 2), (grouped.Producers[0].UnitsPerPosition, grouped.Readers[0].UnitsPerPosition));
    }

    [Fact]
    public void A_flattened_channel_is_a_block_of_columns()
    {
        var b = new GraphBuilder("flat", 1);
        var x = b.Conv(b.Input(3, 2, 3), 2, Window.Same(3), name: "conv");
        var analysis = PruningGraph.Analyze(b.Build(b.Dense(b.Flatten(x), 4, "fc")));

        var reader = analysis.GroupOf("conv")!.Readers[0];
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], reader.Positions);
        Assert.Equal((1, 6), (reader.Axis, reader.UnitsPerPosition));
    }

    [Fact]
    public void A_shared_weight_couples_the_layers_that_use_it()
    {
        var b = new GraphBuilder("shared", 1);
        var input = b.Input(3, 8, 8);
        var (x, y) = (b.Conv(input, 4, Window.Same(3), name: "x"), b.Conv(input, 4, Window.Same(3), name: "y"));
        var (u, v) = (b.Conv(x, 5, Window.Same(1), name: "u"), b.ConvShared(y, "u.weight", Window.Same(1), name: "v"));
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(b.Concat([u, v]), 2, Window.Same(1), name: "reader")));

        Assert.Equal(["x,y|u,v", "u,v|reader", "reader|"], Describe(analysis));
        Assert.Equal(5, analysis.GroupOf("u")!.Channels);
    }

    [Fact]
    public void A_gate_per_channel_is_coupled_with_what_it_gates()
    {
        var b = new GraphBuilder("gate", 1);
        var x = b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "x");
        var gate = b.Unary("Sigmoid", b.Conv(b.GlobalAveragePool(x), 4, Window.Valid(1), name: "gate"));
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(b.Binary("Mul", x, gate), 2, Window.Same(1), name: "reader")));

        Assert.Equal(["x,gate|gate,reader", "reader|"], Describe(analysis));
    }

    [Fact]
    public void Batch_norm_may_be_folded_away()
    {
        var b = new GraphBuilder("folded", 1);
        var x = b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), bias: true, name: "a");
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(b.Relu(x), 2, Window.Same(1), name: "reader")));

        Assert.True(analysis.GroupOf("a")!.Prunable);
    }

    [Fact]
    public void Layers_of_the_same_name_are_refused()
    {
        var b = new GraphBuilder("twins", 1);
        var graph = b.Build(b.Conv(b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "a"), 4, Window.Same(3), name: "b"));
        graph = graph with { Nodes = [.. graph.Nodes.Select(n => n with { Name = "twin" })] };

        Assert.Equal("2 layers are called 'twin'; give every node its own name first", Assert.Throws<ArgumentException>(() => PruningGraph.Analyze(graph)).Message);
    }

    private static IEnumerable<string> Describe(ChannelAnalysis analysis) =>
        analysis.Groups.Select(g => $"{string.Join(',', g.Layers)}|{string.Join(',', g.Consumers)}");
}
