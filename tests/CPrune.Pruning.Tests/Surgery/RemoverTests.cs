using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Groups;

namespace CPrune.Pruning.Tests.Surgery;

/// <summary>What exactly a removal changes, and what it refuses.</summary>
public class RemoverTests
{
    [Fact]
    public void The_kept_filters_and_columns_are_the_right_ones()
    {
        var b = new GraphBuilder("exact", 1);
        var x = b.Conv(b.Input(1, 1, 2), 3, Window.Valid(1), bias: true, name: "conv");
        var graph = b.Build(b.Dense(b.Flatten(x), 2, "fc"))
            .WithInitializer("conv.weight", Tensor.Of([10f, 20, 30], 3, 1, 1, 1))
            .WithInitializer("conv.bias", Tensor.Of([1f, 2, 3], 3))
            .WithInitializer("fc.weight", Tensor.Of([1f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 2, 6));

        var pruned = Remove(graph, "conv", 1);

        Assert.Equal([10, 30], pruned.Initializers["conv.weight"].Floats.ToArray());
        Assert.Equal([1, 3], pruned.Initializers["conv.bias"].Floats.ToArray());
        Assert.Equal([1, 2, 5, 6, 7, 8, 11, 12], pruned.Initializers["fc.weight"].Floats.ToArray());
        Assert.Equal("[2,4]", Shapes.Text(pruned.Initializers["fc.weight"].Shape));
    }

    [Fact]
    public void Everything_else_stays()
    {
        var b = new GraphBuilder("kept", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 4, 4), 4, Window.Same(3), name: "a"), name: "bn"));
        var graph = b.Build(b.Conv(x, 2, Window.Same(1), name: "classifier"));
        graph = graph with { Metadata = graph.Metadata with { Properties = graph.Metadata.Properties.Add("author", "someone") } };

        var pruned = Remove(graph, "a", 0, 2);

        Assert.Equal(graph.Metadata, pruned.Metadata);
        Assert.Equal(graph.Outputs, pruned.Outputs);
        Assert.Equal(graph.Nodes.Select(n => n.Label), pruned.Nodes.Select(n => n.Label));
        Assert.Equal(graph.Initializers.Keys, pruned.Initializers.Keys);
        Assert.Equal("[1,2,4,4]", Shapes.Text(ShapeInference.Infer(pruned)["bn.out"]));
    }

    [Fact]
    public void A_depthwise_convolution_has_as_many_groups_as_channels_are_left()
    {
        var b = new GraphBuilder("depthwise", 1);
        var x = b.Conv(b.Input(3, 4, 4), 5, Window.Same(1), name: "a");
        x = b.Conv(b.Depthwise(x, Window.Same(3), name: "dw"), 10, Window.Same(3), 5, name: "dw2");
        var pruned = Remove(b.Build(b.Conv(x, 2, Window.Same(1))), "a", 1, 4);

        Assert.Equal([3, 3], pruned.Nodes.Where(n => n.Name is "dw" or "dw2").Select(n => n.Int("group", 1)));
        Assert.Equal("[6,1,3,3]", Shapes.Text(pruned.Initializers["dw2.weight"].Shape));
    }

    [Fact]
    public void A_written_shape_follows_but_not_for_its_other_readers()
    {
        var b = new GraphBuilder("shapes", 1);
        var input = b.Input(3, 2, 2);
        var shape = b.Constant("shape", Tensor.Of([-1L, 16], 2));
        var left = b.Node("Reshape", [b.Conv(input, 4, Window.Same(1), name: "left"), shape], [1, 16], "flat");
        var right = b.Node("Reshape", [b.Conv(input, 4, Window.Same(1), name: "right"), shape], [1, 16], "other");
        var pruned = Remove(b.Build(b.Add(b.Dense(left, 3), b.Dense(right, 3))), "left", 3);

        Assert.Equal([-1, 16], pruned.Initializers["shape"].Longs.ToArray());
        var copy = pruned.Nodes.First(n => n.Name == "flat").Inputs[1];
        Assert.Equal([-1, 12], pruned.Initializers[copy].Longs.ToArray());
    }

    [Fact]
    public void A_computed_batch_in_a_shape_does_no_harm()
    {
        var b = new GraphBuilder("view", 1);
        var x = b.Conv(b.Input(3, 2, 2), 4, Window.Same(1), name: "a");
        var batch = b.Node("Gather", [b.Node("Shape", [x], [4]), b.Constant("zero", Tensor.Of([0L], 1))], [1]);
        var shape = b.Node("Concat", [batch, b.Constant("columns", Tensor.Of([16L], 1))], [2], "concat", ("axis", new AttributeValue.Int(0)));
        var pruned = Remove(b.Build(b.Dense(b.Node("Reshape", [x, shape], [1, 16]), 3)), "a", 3);

        Assert.Equal([12], pruned.Initializers["columns"].Longs.ToArray());
    }

    [Fact]
    public void Parameters_in_constant_nodes_are_cut_where_they_stand()
    {
        var b = new GraphBuilder("constants", 1);
        var x = b.Conv(b.Input(3, 2, 2), 4, Window.Same(1), name: "a");
        var graph = b.Build(b.Conv(x, 2, Window.Same(1)));
        var node = new Node { Name = "weights", OpType = "Constant", Inputs = [], Outputs = ["a.weight"] }
            .With("value", new AttributeValue.TensorValue(graph.Initializers["a.weight"]));
        graph = graph with { Initializers = graph.Initializers.Remove("a.weight"), Nodes = [node, .. graph.Nodes] };

        var value = Assert.IsType<AttributeValue.TensorValue>(Remove(graph, "a", 1).Nodes[0].Attributes["value"]);

        Assert.Equal("[3,3,1,1]", Shapes.Text(value.Value.Shape));
    }

    [Fact]
    public void Parameters_shared_through_identity_nodes_are_cut_once()
    {
        var b = new GraphBuilder("identity", 1);
        var input = b.Input(3, 2, 2);
        var x = b.Conv(input, 4, Window.Same(1), name: "a");
        var same = b.Node("Identity", ["a.weight"], [4, 3, 1, 1]);
        var graph = b.Build(b.Conv(b.Add(x, b.ConvShared(input, same, Window.Same(1), name: "b")), 2, Window.Same(1)));

        Assert.Equal("[3,3,1,1]", Shapes.Text(Remove(graph, "b", 1).Initializers["a.weight"].Shape));
    }

    /// <summary>As operator sets before 10 and 11 write them.</summary>
    [Fact]
    public void Pads_and_bounds_may_be_attributes()
    {
        var b = new GraphBuilder("attributes", 1);
        var x = b.Conv(b.Input(3, 4, 4), 4, Window.Same(1), name: "a");
        var tail = b.Node("Slice", [x], [1, 3, 4, 4], "slice", ("axes", Ints(1)), ("starts", Ints(1)), ("ends", Ints(4)));
        var padded = b.Node("Pad", [tail], [1, 5, 4, 4], "pad", ("pads", Ints(0, 2, 0, 0, 0, 0, 0, 0)));
        var graph = b.Build(b.Conv(b.Add(b.Conv(x, 5, Window.Same(1), name: "wide"), padded), 2, Window.Same(1)));
        graph = graph with { Metadata = graph.Metadata with { OpsetImports = graph.Metadata.OpsetImports.SetItem("", 9) } };

        var analysis = PruningGraph.Analyze(graph);
        var pruned = ChannelRemover.Remove(graph, analysis, new Dictionary<int, IReadOnlyCollection<int>>
        {
            [analysis.GroupOf("wide")!.Id] = [0],
            [analysis.GroupsOf("a").First(g => g.Layers.Length == 2).Id] = [1],
        });

        Assert.Equal((1, 3), (pruned.Nodes.First(n => n.Name == "slice").IntsOrNull("starts")!.Value[0], pruned.Nodes.First(n => n.Name == "slice").IntsOrNull("ends")!.Value[0]));
        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 0], pruned.Nodes.First(n => n.Name == "pad").IntsOrNull("pads")!.Value);
        Assert.Equal("[3,3,1,1]", Shapes.Text(pruned.Initializers["wide.weight"].Shape));
    }

    [Fact]
    public void All_channels_of_a_group_are_refused() =>
        Assert.Equal("value 'a.out' would have none of its 4 channels left", Refusal("a", 0, 1, 2, 3));

    [Fact]
    public void A_position_out_of_range_is_refused() =>
        Assert.Equal("the channels of a are 0 to 3; 4 is not one of them", Refusal("a", 4));

    [Fact]
    public void A_group_that_must_be_left_alone_is_refused() =>
        Assert.Equal("the channels of classifier must be left alone: 'classifier.out' is an output of the model", Refusal("classifier", 0));

    [Fact]
    public void An_analysis_of_another_model_is_refused()
    {
        var graph = Chain();
        var analysis = PruningGraph.Analyze(graph);
        var pruned = ChannelRemover.Remove(graph, analysis, analysis.GroupOf("a")!, [0]);

        var error = Assert.Throws<ArgumentException>(() => ChannelRemover.Remove(pruned, analysis, analysis.GroupOf("a")!, [0]));
        Assert.StartsWith("parameter 'a.weight' is not the one that was analysed; analyse the model again", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_split_is_not_emptied()
    {
        var b = new GraphBuilder("parts", 1);
        var parts = b.Split(b.Conv(b.Input(3, 4, 4), 4, Window.Same(1), name: "a"), 2, "split");
        var graph = b.Build(b.Conv(b.Concat([parts[1], parts[0]]), 2, Window.Same(1)));

        var group = PruningGraph.Analyze(graph).GroupOf("a")!;
        Assert.Equal(["0123", "01", "23"], group.Parts.Select(p => string.Concat(p)));
        var kept = new KeptParts(group);
        Assert.Equal([true, false, true, false], Enumerable.Range(0, 4).Select(kept.TryTake));
        var error = Assert.Throws<ArgumentException>(() => Remove(graph, "a", 0, 1));
        Assert.Equal("value 'split.out0' would have none of its 2 channels left", error.Message);
    }

    [Fact]
    public void A_split_into_equal_parts_says_its_sizes_when_they_differ()
    {
        var b = new GraphBuilder("equal", 1);
        var parts = b.Split(b.Conv(b.Input(3, 4, 4), 4, Window.Same(1), name: "a"), 2, "split");
        var graph = b.Build(b.Conv(b.Concat([parts[1], parts[0]]), 2, Window.Same(1)));
        graph = graph with { Nodes = [.. graph.Nodes.Select(n => n.OpType == "Split" ? n with { Inputs = [n.Inputs[0]] } : n)] };

        var pruned = Remove(graph, "a", 1);
        Assert.Equal([1, 2], pruned.Initializers[pruned.Nodes.First(n => n.OpType == "Split").Inputs[1]].Longs.ToArray());

        var older = graph with { Metadata = graph.Metadata with { OpsetImports = graph.Metadata.OpsetImports.SetItem("", 11) } };
        Assert.Equal([1, 2], Remove(older, "a", 1).Nodes.First(n => n.OpType == "Split").IntsOrNull("split")!.Value);
    }

    [Fact]
    public void Bounds_of_a_slice_count_what_stays_before_them()
    {
        var b = new GraphBuilder("slice", 1);
        var x = b.Conv(b.Input(3, 4, 4), 6, Window.Same(1), name: "a");
        var (start, end) = (b.Constant("start", Tensor.Of([-4L], 1)), b.Constant("end", Tensor.Of([long.MaxValue], 1)));
        var tail = b.Node("Slice", [x, start, end, b.Constant("axes", Tensor.Of([1L], 1))], [1, 4, 4, 4], "slice");
        var pruned = Remove(b.Build(b.Conv(b.Concat([tail, x]), 2, Window.Same(1))), "a", 0, 3);

        Assert.Equal([1], pruned.Initializers["start"].Longs.ToArray());
        Assert.Equal([4], pruned.Initializers["end"].Longs.ToArray());
    }

    [Fact]
    public void A_shuffle_of_unequal_groups_is_a_choice()
    {
        var b = new GraphBuilder("shuffle", 1);
        var x = b.ChannelShuffle(b.Conv(b.Input(3, 4, 4), 6, Window.Same(1), name: "a"), 2, "shuffle");
        var pruned = Remove(b.Build(b.Conv(x, 2, Window.Same(1), name: "reader")), "a", 1);

        var gather = Assert.Single(pruned.Nodes, n => n.OpType is "Gather" or "Reshape" or "Transpose");
        Assert.Equal(("Gather", "shuffle.join", 1L), (gather.OpType, gather.Name, gather.Int("axis", 0)));
        Assert.Equal([0, 2, 3, 1, 4], pruned.Initializers[gather.Inputs[1]].Longs.ToArray());
        Assert.DoesNotContain("shuffle.view.shape", pruned.Initializers.Keys);
    }

    [Fact]
    public void Pads_lose_the_zeros_that_are_added_to_removed_filters()
    {
        var pruned = Remove(PaddedNet.Make(narrow: 4, wide: 7, before: 1), PaddedNet.Wide, 0, 2);

        Assert.Equal([0, 0, 0, 0, 0, 1, 0, 0], pruned.Initializers["pads"].Longs.ToArray());
        Assert.Equal("[5,4,3,3]", Shapes.Text(pruned.Initializers["wide.weight"].Shape));
        Assert.Equal("[4,3,3,3]", Shapes.Text(pruned.Initializers["narrow.weight"].Shape));
    }

    private static AttributeValue.Ints Ints(params long[] values) => new([.. values]);

    private static string Refusal(string layer, params int[] positions) =>
        Assert.Throws<ArgumentException>(() => Remove(Chain(), layer, positions)).Message;

    private static ModelGraph Chain()
    {
        var b = new GraphBuilder("chain", 1);
        return b.Build(b.Conv(b.Conv(b.Input(3, 4, 4), 4, Window.Same(1), name: "a"), 2, Window.Same(1), name: "classifier"));
    }

    private static ModelGraph Remove(ModelGraph graph, string layer, params int[] positions)
    {
        var analysis = PruningGraph.Analyze(graph);
        return ChannelRemover.Remove(graph, analysis, analysis.GroupOf(layer)!, positions);
    }
}
