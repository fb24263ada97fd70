using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Tests;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Surgery;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>Constants that nodes compute from constants, as exporters leave them that fold none.</summary>
public class ComputedConstantTests
{
    private const int Float = 1;

    [Fact]
    public void Bounds_that_are_cast() => AssertCut((b, x) => b.Node("Clip", [x, Cast(b, Value(b, "low", 0)), Cast(b, Value(b, "high", 1))], b.ShapeOf(x)));

    /// <summary><c>x.view(x.size(0), -1)</c>.</summary>
    [Fact]
    public void A_view_whose_last_extent_is_inferred()
    {
        var b = new GraphBuilder("view", 1);
        var x = Before(b);
        var flat = View(b, b.MaxPool(x, Window.Valid(2, 2)), Value(b, "inferred", Tensor.Of([-1L], ImmutableArray<int>.Empty)));
        AssertCut(b.Build(b.Dense(flat, 3)));
    }

    [Fact]
    public void A_view_whose_last_extent_is_given()
    {
        var b = new GraphBuilder("view", 1);
        var x = Before(b);
        var flat = View(b, x, Value(b, "columns", Tensor.Of([6L * 36], ImmutableArray<int>.Empty)));
        AssertCut(b.Build(b.Dense(flat, 3)));
    }

    [Fact]
    public void A_shape_that_is_joined_of_constants()
    {
        var b = new GraphBuilder("joined", 1);
        var x = Before(b);
        var shape = b.Node("Concat", [Counting.Longs(b, "images", 0), Counting.Longs(b, "columns", 6 * 36)], [2], "shape", ("axis", new AttributeValue.Int(0)));
        AssertCut(b.Build(b.Dense(b.Node("Reshape", [x, shape], [1, 6 * 36]), 3)));
    }

    /// <summary>Nothing of what it was computed from stays in the file.</summary>
    [Fact]
    public void A_factor_for_each_channel_that_is_reshaped()
    {
        var pruned = AssertCut((b, x) => b.Binary("Mul", x, Column(b, b.Constant("scale", b.Uniform(0.5, 2, 6)), "scale of x")));
        Assert.DoesNotContain(pruned.Nodes, n => n.OpType == "Reshape");
        Assert.DoesNotContain("scale", pruned.Initializers.Keys);
        Assert.DoesNotContain("scale of x.shape", pruned.Initializers.Keys);
    }

    /// <summary>Filters of one of the layers go, and what is computed for the other is as before.</summary>
    [Theory, InlineData("x"), InlineData("y")]
    public void What_two_layers_compute_from_the_same_constant(string cut)
    {
        var b = new GraphBuilder("shared", 1);
        var input = b.Input(3, 6, 6);
        var scale = b.Constant("scale", b.Uniform(0.5, 2, 6));
        var x = b.Node("BatchNormalization", [b.Conv(input, 6, Window.Same(3), name: "x"), scale, scale, scale, scale], [1, 6, 6, 6], "norm");
        var y = b.Binary("Mul", b.Conv(input, 6, Window.Same(3), name: "y"), Column(b, scale, "scale of y"));
        AssertCut(b.Build(b.Conv(b.Relu(x), 2, Window.Same(1)), b.Conv(b.Relu(y), 2, Window.Same(1))), cut);
    }

    [Fact]
    public void A_weight_that_is_transposed()
    {
        var b = new GraphBuilder("transposed", 1);
        var pooled = b.Flatten(b.GlobalAveragePool(Before(b)));
        var weight = b.Node("Transpose", [b.Constant("rows", b.Normal(1, 5, 6))], [6, 5], "weight");
        AssertCut(b.Build(b.Dense(b.Relu(b.Node("MatMul", [pooled, weight], [1, 5], "dense")), 3)), "before", "dense");
    }

    [Fact]
    public void A_computed_constant_that_leaves_the_model_stays()
    {
        var b = new GraphBuilder("output", 1);
        var x = Before(b);
        var scale = Column(b, b.Constant("scale", b.Uniform(0.5, 2, 6)), "scale of x");
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(b.Binary("Mul", x, scale), 3, Window.Same(1)), scale));
        Assert.EndsWith("is an output of the model", analysis.GroupOf("before")!.FrozenReason);
    }

    /// <summary>The values of a <c>Shape</c> are known, too, but follow the channels.</summary>
    [Fact]
    public void Numbers_of_channels_are_no_constants()
    {
        var b = new GraphBuilder("numbers", 1);
        var x = Before(b);
        b.Node("Mul", [Counting.Extent(b, x, 1), Counting.Longs(b, "two", 2)], [1], "double");
        var analysis = PruningGraph.Analyze(b.Build(b.Conv(x, 3, Window.Same(1))));
        Assert.Equal("Mul 'double' computes with the shape of a value", analysis.GroupOf("before")!.FrozenReason);
    }

    private static ModelGraph AssertCut(Func<GraphBuilder, string, string> middle)
    {
        var b = new GraphBuilder("computed", 1);
        return AssertCut(b.Build(b.GlobalAveragePool(b.Conv(middle(b, Before(b)), 3, Window.Same(3)))));
    }

    private static ModelGraph AssertCut(ModelGraph graph, params ReadOnlySpan<string> layers)
    {
        var analysis = PruningGraph.Analyze(graph);
        var images = RandomNet.Images(graph, 1);
        ModelGraph? last = null;
        foreach (var layer in layers.IsEmpty ? ["before"] : layers)
        {
            var group = analysis.GroupOf(layer)!;
            Assert.True(group.Prunable, group.FrozenReason);
            foreach (var cut in new int[][] { [1], [0, 3] })
            {
                var (pruned, masked) = RandomCuts.Prune(graph, analysis, new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = cut });
                RandomCuts.AssertSame(masked, pruned, images);
                foreach (var (expected, actual) in Referee.Run(masked, images).Zip(Referee.Run(pruned, images))) RandomCuts.AssertSame(expected, actual, "output");
                last = pruned;
            }
        }

        return last!;
    }

    private static string Before(GraphBuilder b) => b.Relu(b.Conv(b.Input(3, 6, 6), 6, Window.Same(3), name: "before"));

    /// <summary>A constant as a node of its own.</summary>
    private static string Value(GraphBuilder b, string name, Tensor value) =>
        b.Node("Constant", [], value.Shape, name, ("value", new AttributeValue.TensorValue(value)));

    private static string Value(GraphBuilder b, string name, float value) => Value(b, name, Tensor.Scalar(value));

    private static string Cast(GraphBuilder b, string value) => b.Node("Cast", [value], b.ShapeOf(value), null, ("to", new AttributeValue.Int(Float)));

    private static string Column(GraphBuilder b, string vector, string name) =>
        b.Node("Reshape", [vector, Counting.Longs(b, $"{name}.shape", 1, b.ShapeOf(vector)[0], 1, 1)], [1, b.ShapeOf(vector)[0], 1, 1], name);

    private static string View(GraphBuilder b, string x, string columns)
    {
        var axis = Counting.Longs(b, "axis", 0);
        var first = b.Constant("first", Tensor.Of([0L], ImmutableArray<int>.Empty));
        var images = b.Node("Gather", [b.Node("Shape", [x], [4]), first], []);
        return Counting.View(
            b, x, [1, Shapes.Count(b.ShapeOf(x))], "view", b.Node("Unsqueeze", [images, axis], [1]), b.Node("Unsqueeze", [columns, axis], [1]));
    }
}
