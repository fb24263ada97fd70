using System.Collections.Immutable;
using CPrune.Graph.Operators;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Operators;

/// <summary>What a person reads when a graph cannot be understood or does not fit.</summary>
public sealed class OperatorErrorTests
{
    [Fact]
    public void An_unknown_operator_is_named_with_its_node()
    {
        var message = ErrorOf(Model("GridSample", [1, 3, 4, 4]));
        Assert.StartsWith(
            "the operator GridSample of node GridSample 'it' is not supported; export the network without it (supported: Abs, Add, AveragePool, ", message);
    }

    [Fact]
    public void An_operator_of_another_domain_is_not_taken_for_ONNX_s_own()
    {
        var graph = Model("Relu", [1, 3]);
        var message = ErrorOf(graph with { Nodes = [graph.Nodes[0] with { Domain = "org.example", Name = "" }] });
        Assert.StartsWith("the operator org.example.Relu of node Relu 'y0' is not supported; ", message);
    }

    [Fact]
    public void Weights_that_do_not_fit() => Assert.Equal(
        "Conv 'it' cannot apply weights [8,4,3,3] in 1 groups to [1,3,9,9]; a model of 2-D images whose channels fit is needed",
        ErrorOf(Model("Conv", [1, 3, 9, 9], [Referee.Data(1, 8, 4, 3, 3)])));

    [Fact]
    public void A_convolution_over_one_axis() => Assert.Equal(
        "Conv 'it' cannot apply weights [8,3,3] in 1 groups to [1,3,9]; a model of 2-D images whose channels fit is needed",
        ErrorOf(Model("Conv", [1, 3, 9], [Referee.Data(1, 8, 3, 3)])));

    [Fact]
    public void A_bias_that_does_not_fit() => Assert.Equal(
        "Conv 'it' has a bias of [7] for 8 filters; export the model again",
        ErrorOf(Model("Conv", [1, 3, 9, 9], [Referee.Data(1, 8, 3, 3, 3), Referee.Data(2, 7)])));

    [Fact]
    public void A_window_larger_than_the_image() => Assert.Equal(
        "MaxPool 'it' has a window of 7x7, larger than its padded input [1,3,5,5]; export the model for its image size again",
        ErrorOf(Model("MaxPool", [1, 3, 5, 5], null, [("kernel_shape", Ints(7, 7))])));

    [Fact]
    public void A_pooling_that_must_say_where_its_maxima_were() => Assert.Equal(
        "MaxPool 'it' is asked for indices, which are not supported here; export the model without unpooling",
        ErrorOf(Model("MaxPool", [1, 3, 5, 5], null, [("kernel_shape", Ints(2, 2))], outputs: 2)));

    [Fact]
    public void Shapes_that_cannot_be_broadcast() => Assert.Equal(
        "Add 'it' cannot combine the shapes [1,3,5,5] and [4,1,1]; export the model again",
        ErrorOf(Model("Add", [1, 3, 5, 5], [Referee.Data(1, 4, 1, 1)])));

    [Fact]
    public void Batch_norm_in_training_mode() => Assert.Equal(
        "BatchNormalization 'it' is in training mode; export the model for inference",
        ErrorOf(Model("BatchNormalization", [1, 3], [.. Enumerable.Repeat(Referee.Data(1, 3), 4)], [("training_mode", Int(1))], opset: 15)));

    [Fact]
    public void Dropout_in_training_mode() => Assert.Equal(
        "Dropout 'it' is in training mode; export the model for inference",
        ErrorOf(Model("Dropout", [1, 3], [Scalar(0.5f), Tensor.OfRaw(ElementType.Bool, [1], [])])));

    [Fact]
    public void A_reshape_that_changes_the_count() => Assert.Equal(
        "Reshape 'it' cannot view [1,3,4] as [1,5]; export the model for its image size and with a free batch size",
        ErrorOf(Model("Reshape", [1, 3, 4], [Longs(1, 5)])));

    [Fact]
    public void A_shape_taken_from_the_data()
    {
        Node node = new() { Name = "odd", OpType = "Slice", Inputs = ["x", "x", "x"], Outputs = ["y"] };
        Assert.Equal(
            "Slice 'odd' takes its input 'x' from the data; export the model with this input as a constant", ErrorOf(Model([node], [4])));
    }

    [Fact]
    public void A_padding_mode() => Assert.Equal(
        "Pad 'it' pads in mode 'reflect'; only 'constant' is supported",
        ErrorOf(Model("Pad", [1, 3], [Longs(0, 1, 0, 1)], [("mode", Text("reflect"))])));

    [Fact]
    public void Numbers_that_no_tensor_can_hold() => Assert.Equal(
        "Pad 'it' has numbers too large for any tensor; the file is damaged, export it again",
        ErrorOf(Model("Pad", [1, 3], [Longs(0, 1L << 40, 0, 1)])));

    [Fact]
    public void A_value_that_nothing_makes()
    {
        Node node = new() { Name = "lost", OpType = "Relu", Inputs = ["nowhere"], Outputs = ["y"] };
        Assert.Equal(
            "Relu 'lost' reads 'nowhere', which no node before it makes; the file is damaged, export it again", ErrorOf(Model([node], [1, 3])));
    }

    [Fact]
    public void An_axis_out_of_range() => Assert.Equal(
        "Concat 'it' names axis 5 of a tensor of 2 axes; export the model again", ErrorOf(Model("Concat", [1, 3], null, [("axis", Int(5))])));

    [Fact]
    public void Numbers_in_half_precision()
    {
        Node cast = new() { Name = "add", OpType = "Add", Inputs = ["x", "w"], Outputs = ["y"] };
        var graph = Model([cast], [1]).WithInitializer("w", Tensor.OfRaw(ElementType.Float16, [0, 0], [1]));
        Assert.Equal(
            "Add 'add' computes with Float16 in 'w', which is not supported here; export the model with float32",
            Assert.Throws<UserErrorException>(() => ReferenceEvaluator.Run(graph, Referee.Data(1, 1))).Message);
    }

    [Fact]
    public void A_free_image_size()
    {
        var graph = Model("Relu", [1, 3, 8, 8]);
        graph = graph with { Inputs = [graph.Input with { Shape = [new Dimension(null, "N"), 3, new Dimension(null, "height"), 8] }] };
        Assert.Equal("the input 'x' has no fixed extent on axis 2 ('height'); export the model with a fixed image size, or give the size with --input-shape", ErrorOf(graph));
    }

    [Fact]
    public void An_input_without_a_shape()
    {
        var graph = Model("Relu", []);
        graph = graph with { Inputs = [graph.Input with { HasShape = false }] };
        Assert.Equal("the input 'x' has no shape; export the model with one", ErrorOf(graph));
    }

    [Fact]
    public void Data_that_does_not_fit() => Assert.Equal(
        "the model's input 'x' is [1,3,8,8], the data is [1,3,9,9]; give data of the model's shape",
        Assert.Throws<UserErrorException>(() => ReferenceEvaluator.Run(Model("Relu", [1, 3, 8, 8]), Referee.Data(1, 1, 3, 9, 9))).Message);

    private static string ErrorOf(ModelGraph graph)
    {
        var error = Assert.Throws<UserErrorException>(() => ShapeInference.Infer(graph));
        Assert.Equal(UserErrorKind.Model, error.Kind);
        return error.Message;
    }
}
