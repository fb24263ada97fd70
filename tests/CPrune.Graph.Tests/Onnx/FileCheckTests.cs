using System.Collections.Immutable;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Onnx;

/// <summary>What is checked of every file when it is read: each value is made once and before it is read, and constants are numbers.</summary>
public sealed class FileCheckTests
{
    private static readonly ImmutableArray<int> s_shape = [1, 2, 3, 3];

    [Fact]
    public void A_value_that_two_nodes_make() => Refuses(
        "'m.onnx' has two nodes that make 'y': Relu 'first' and Sigmoid 'y'; it is damaged, export it again",
        Model([Of("Relu", ["x"], "y") with { Name = "first" }, Of("Sigmoid", ["x"], "y")], s_shape));

    [Fact]
    public void A_node_that_makes_a_constant_anew() => Refuses(
        "'m.onnx' has the node Relu 'w', which makes 'w', which is an input or a constant; it is damaged, export it again",
        Model([Of("Relu", ["x"], "w"), Of("Relu", ["w"], "y")], s_shape).WithInitializer("w", Scalar(1)));

    [Fact]
    public void A_value_that_nothing_makes() => Refuses(
        "'m.onnx' has the node Add 'y', which reads 'absent', which nothing makes; it is damaged, export it again",
        Model([Of("Add", ["x", "absent"], "y")], s_shape));

    [Theory]
    [InlineData("a", "b")]
    [InlineData("y", "y")]
    public void A_circle(string first, string second) => Refuses(
        $"'m.onnx' has the node Add '{first}', which needs what is made from its own output; it is damaged, export it again",
        first == second
            ? Model([Of("Add", ["x", "y"], "y")], s_shape)
            : Model([Of("Add", ["x", second], first), Of("Add", ["x", first], second), Of("Relu", [second], "y")], s_shape));

    [Fact]
    public void Nodes_in_another_order_are_sorted()
    {
        ImmutableArray<Node> nodes = [Of("Relu", ["x"], "a"), Of("Sigmoid", ["a"], "b"), Of("Add", ["a", "b"], "y")];
        var (sorted, input) = (Model(nodes, s_shape), Referee.Data(1, s_shape));
        foreach (ImmutableArray<int> order in (ImmutableArray<int>[])[[2, 1, 0], [1, 2, 0], [0, 2, 1]])
        {
            var read = Read(sorted with { Nodes = [.. order.Select(i => nodes[i])] });
            Referee.AssertClose(ReferenceEvaluator.Run(sorted, input), ReferenceEvaluator.Run(read, input));
        }
    }

    [Theory]
    [InlineData(float.NaN, "is not a number")]
    [InlineData(float.PositiveInfinity, "is infinite")]
    [InlineData(float.NegativeInfinity, "is infinite")]
    public void A_weight_that_is_no_number(float value, string kind) => Refuses(
        $"'m.onnx': the constant 'c0' holds an element that {kind} (number 2 of 3); the training went wrong, or the file is damaged",
        Model("Mul", [1, 3], [Tensor.Of([1f, 2f, value], 3)]));

    [Fact]
    public void A_number_in_a_constant_node_is_checked_too() => Refuses(
        "'m.onnx': the constant 'c' holds an element that is not a number (number 0 of 1); the training went wrong, or the file is damaged",
        Model([Of("Constant", [], "c").With("value", new AttributeValue.TensorValue(Scalar(float.NaN))), Of("Mul", ["x", "c"], "y")], s_shape));

    /// <summary>As exporters write a bound that is none.</summary>
    [Fact]
    public void A_bound_may_be_infinite()
    {
        var graph = Model("Clip", s_shape, [Scalar(0), Scalar(float.PositiveInfinity)]);
        Assert.Equal(OnnxFile.ToBytes(graph), OnnxFile.ToBytes(Read(graph)));
    }

    [Fact]
    public void A_negative_variance()
    {
        Refuses(
            "'m.onnx': the constant 'c3' of BatchNormalization 'it' holds the variance -0.5, and none is below 0; the training went wrong, or the file is damaged",
            Norm(-0.5f));
        // Rounded below zero, but not below what is added to it: a root still exists.
        Read(Norm(-1e-6f));
    }

    [Fact]
    public void A_weight_of_whole_numbers() => Refuses(
        "'m.onnx': the constant 'c0' of Conv 'it' holds Int64; the weights of a layer are floats",
        Model("Conv", s_shape, [Tensor.Of(new long[36], 2, 2, 3, 3)]));

    [Theory]
    [InlineData("Add", 0)]
    [InlineData("Add", 1)]
    [InlineData("Concat", 1)]
    [InlineData("Relu", 0)]
    public void An_input_that_has_to_be_there(string opType, int missing)
    {
        ImmutableArray<string> inputs = opType == "Relu" ? ["x"] : ["x", "x"];
        Refuses(
            $"'m.onnx' has the node {opType} 'y' without its input {missing}; it is damaged, export it again",
            Model([Of(opType, inputs.SetItem(missing, ""), "y")], s_shape));
    }

    [Fact]
    public void A_layer_without_filters() => Refuses(
        "'m.onnx': the constant 'c0' of Conv 'it' has no elements ([0,2,3,3]); a layer needs a filter at least",
        Model("Conv", s_shape, [Tensor.Of(Array.Empty<float>(), 0, 2, 3, 3)]));

    private static ModelGraph Norm(float variance) =>
        Model("BatchNormalization", s_shape, [.. Enumerable.Repeat(Tensor.Of([1f, 1f], 2), 3), Tensor.Of([1f, variance], 2)]);

    private static ModelGraph Read(ModelGraph graph) => OnnxFile.FromBytes(OnnxFile.ToBytes(graph), "m.onnx");

    private static void Refuses(string message, ModelGraph graph)
    {
        var error = Assert.Throws<UserErrorException>(() => Read(graph));
        Assert.Equal((UserErrorKind.Model, message), (error.Kind, error.Message));
    }

    private static Node Of(string opType, ImmutableArray<string> inputs, string output) =>
        new() { Name = "", OpType = opType, Inputs = inputs, Outputs = [output] };
}
