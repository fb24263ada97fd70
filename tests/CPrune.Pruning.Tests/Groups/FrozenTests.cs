using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>What is not understood is left alone and named, and nothing more than that.</summary>
public class FrozenTests
{
    [Fact]
    public void Cropping_channels() => AssertFrozen("Pad 'odd' crops the channels", (b, x) =>
        b.Node("Pad", [x, Longs(b, 0, -1, 0, 0, 0, 0, 0, 0)], [1, 3, 8, 8], "odd"));

    [Fact]
    public void Every_other_channel() => AssertFrozen("Slice 'odd' does not take neighbouring channels", (b, x) =>
        b.Node("Slice", [x, Longs(b, 0), Longs(b, 4), Longs(b, 1), Longs(b, 2)], [1, 2, 8, 8], "odd"));

    [Fact]
    public void Channels_exchanged_with_rows() => AssertFrozen("Conv 'after' does not sum over the channels it is given", (b, x) =>
        b.Node("Transpose", [x], [1, 8, 4, 8], "odd", ("perm", new AttributeValue.Ints([0, 2, 1, 3]))));

    [Fact]
    public void A_product_of_two_activations() => AssertFrozen("the weight of MatMul 'odd' is not a constant matrix", (b, x) =>
        b.Node("MatMul", [x, x], [1, 4, 8, 8], "odd"));

    [Fact]
    public void Half_a_shuffle() => AssertFrozen("Reshape 'view' does not keep the channels together", (b, x) =>
    {
        var apart = b.Reshape(x, [2, 2, 8, 8], "view");
        return b.Reshape(b.Unary("Relu", apart), [4, 8, 8], "odd");
    });

    [Fact]
    public void Choosing_by_what_the_image_says() => AssertFrozen("Gather 'odd' does not take a fixed list of channels", (b, x) =>
    {
        var index = b.Node("Cast", [b.Node("Reshape", [b.GlobalAveragePool(x), Longs(b, 4)], [4])], [4], "cast", ("to", new AttributeValue.Int(7)));
        return b.Node("Gather", [x, index], [1, 4, 8, 8], "odd", ("axis", new AttributeValue.Int(1)));
    });

    [Fact]
    public void An_operator_of_another_domain()
    {
        var analysis = Analyze((b, x) => b.Relu(x, "odd"), n => n.Name == "odd" ? n with { Domain = "com.example" } : n);
        Assert.Equal("Relu 'odd' is not understood", analysis.GroupOf("before")!.FrozenReason);
    }

    /// <summary>Only the channels that it meets are left alone, the others of the same layer can go.</summary>
    [Fact]
    public void Behind_a_split_only_one_part_meets_it()
    {
        var analysis = Analyze((b, x) =>
        {
            var parts = b.Split(x, 2);
            b.Node("Quux", [parts[0]], [1, 2, 8, 8], "odd");
            return parts[1];
        });

        Assert.Equal(["Quux 'odd' is not understood", null], analysis.GroupsOf("before").Select(g => g.FrozenReason).OrderDescending());
        Assert.All(analysis.GroupsOf("before"), g => Assert.Equal(2, g.Channels));
        Assert.True(analysis.GroupOf("before")!.Prunable);
    }

    [Fact]
    public void Two_parts_of_one_channel_each_cannot_go()
    {
        var analysis = Analyze((b, x) => b.Concat([.. b.Split(x, 4, "parts")]));
        Assert.Equal("'parts.out0' has no other channel", analysis.GroupOf("before")!.FrozenReason);
    }

    [Fact]
    public void Softmax_over_channels() => AssertFrozen("Softmax 'odd' is not understood", (b, x) =>
        b.Node("Softmax", [x], [1, 4, 8, 8], "odd", ("axis", new AttributeValue.Int(1))));

    [Fact]
    public void Mean_over_channels() => AssertFrozen("ReduceMean 'odd' reduces over the channels", (b, x) =>
        b.Node("ReduceMean", [x], [1, 1, 8, 8], "odd", ("axes", new AttributeValue.Ints([1]))));

    [Fact]
    public void Splitting_channels_by_reshape() => AssertFrozen("Reshape 'odd' does not keep the channels together", (b, x) =>
        b.Node("Reshape", [x, Longs(b, 1, 2, 2, 64)], [1, 2, 2, 64], "odd"));

    [Fact]
    public void An_operator_nobody_knows() => AssertFrozen("Quux 'odd' is not understood", (b, x) => b.Node("Quux", [x], [1, 4, 8, 8], "odd"));

    /// <summary>As scale the vector would follow the channels, but it also stands along the columns.</summary>
    [Fact]
    public void A_constant_with_two_meanings() => AssertFrozen("constant 'vector' of Add 'odd' does not run along the channels", (b, x) =>
    {
        var vector = b.Constant("vector", b.Uniform(1, 2, 4));
        x = b.Node("BatchNormalization", [x, vector, vector, vector, vector], [1, 4, 8, 8]);
        return b.Add(b.MaxPool(x, Window.Valid(2, 2)), vector, "odd");
    });

    [Fact]
    public void Spatial_pad_and_slice_pass()
    {
        var analysis = Analyze((b, x) =>
        {
            x = b.Node("Pad", [x, Longs(b, 0, 0, 1, 1, 0, 0, 1, 1)], [1, 4, 10, 10]);
            return b.Node("Slice", [x, Longs(b, 0, 0), Longs(b, 10, 10), Longs(b, 2, 3), Longs(b, 2, 2)], [1, 4, 5, 5]);
        });

        Assert.True(analysis.GroupOf("before")!.Prunable);
    }

    /// <summary>A cut would change the view of something else.</summary>
    [Fact]
    public void Channels_counted_for_another_axis_of_a_view() => AssertFrozen("the shape of Reshape 'odd' counts channels on another axis", (b, x) =>
    {
        var other = b.Conv(x, 6, Window.Same(1));
        var view = Counting.View(b, other, [1, 6, 4, 16], "odd", Counting.Extent(b, x, 0), Longs(b, 6), Counting.Extent(b, x, 1), Longs(b, -1));
        return b.Concat([x, b.Reshape(view, [6, 8, 8])]);
    });

    [Fact]
    public void Channels_counted_for_a_view_of_what_is_not_known() => AssertFrozen("Quux 'unknown' is not understood", (b, x) =>
    {
        var unknown = b.Node("Quux", [b.Conv(x, 4, Window.Same(1))], [1, 4, 8, 8], "unknown");
        b.Node("Reshape", [unknown, b.Node("Shape", [x], [4])], [1, 4, 8, 8]);
        return b.Relu(x);
    });

    [Fact]
    public void A_number_of_channels_that_is_computed_with() => AssertFrozen("Mul 'odd' computes with the shape of a value", (b, x) =>
    {
        b.Node("Mul", [Counting.Extent(b, x, 1), Longs(b, 2)], [1], "odd");
        return b.Relu(x);
    });

    /// <summary>Rows and columns do not follow channels.</summary>
    [Fact]
    public void Rows_may_be_computed_with()
    {
        var analysis = Analyze((b, x) =>
        {
            b.Node("Mul", [Counting.Extent(b, x, 2), Counting.Extent(b, x, 3)], [1], "odd");
            return b.Relu(x);
        });

        Assert.True(analysis.GroupOf("before")!.Prunable);
    }

    [Fact]
    public void A_number_of_channels_that_leaves_the_model()
    {
        var b = new GraphBuilder("counted", 1);
        var x = b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "before");
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(x, 3, Window.Same(1)), Counting.Extent(b, x, 1)));

        Assert.EndsWith("is an output of the model", analysis.GroupOf("before")!.FrozenReason);
    }

    [Fact]
    public void Control_flow_may_read_anything()
    {
        var analysis = Analyze((b, x) =>
        {
            b.Node("If", [b.Constant("condition", Tensor.Scalar(1))], [1], "branch");
            return b.Relu(x);
        });

        Assert.Equal("If 'branch' may read any value of the model", analysis.GroupOf("before")!.FrozenReason);
    }

    [Fact]
    public void Behind_an_unknown_operator_pruning_goes_on()
    {
        var analysis = Analyze((b, x) => b.Node("Quux", [x], [1, 4, 8, 8], "odd"));

        Assert.True(analysis.GroupOf("after")!.Prunable);
    }

    private static void AssertFrozen(string reason, Func<GraphBuilder, string, string> middle)
    {
        var analysis = Analyze(middle);
        Assert.Equal(reason, analysis.GroupOf("before")!.FrozenReason);
        Assert.True(analysis.GroupOf("after")!.Prunable, analysis.GroupOf("after")!.FrozenReason);
    }

    /// <summary>Convolution, the operator in question, convolution, classifier.</summary>
    private static ChannelAnalysis Analyze(Func<GraphBuilder, string, string> middle, Func<Node, Node>? change = null)
    {
        var b = new GraphBuilder("frozen", 1);
        var x = middle(b, b.Relu(b.Conv(b.Input(3, 8, 8), 4, Window.Same(3), name: "before")));
        x = b.Relu(b.Conv(x, 5, Window.Same(1), name: "after"));
        var graph = b.Build(b.Conv(x, 3, Window.Same(1), name: "classifier"));
        return PruningGraph.Analyze(graph with { Nodes = [.. graph.Nodes.Select(change ?? (n => n))] });
    }

    private static string Longs(GraphBuilder b, params long[] values) =>
        b.Constant($"longs{string.Join('_', values)}", Tensor.Of(values, ImmutableArray.Create(values.Length)));
}
