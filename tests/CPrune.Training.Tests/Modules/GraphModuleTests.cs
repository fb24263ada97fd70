using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CPrune.Training.Modules;
using CPrune.Training.Native;
using CsCheck;

namespace CPrune.Training.Tests.Modules;

public class GraphModuleTests
{
    [Fact]
    public void Random_networks_compute_what_ONNX_Runtime_computes() => RandomNets.Any.Sample(graph =>
    {
        var input = Referee.Data(1, 3, 3, 12, 10);
        Referee.AssertClose(Referee.Run(graph, input)[0], TorchRuns.Scores(graph, input), 1e-4);
    }, iter: 60);

    [Theory]
    [InlineData("cifar10_resnet20.onnx", 32)]
    [InlineData("imagenet_mobilenetv1_0.25_224.onnx", 224)]
    [InlineData("imagenet_squeezenet1.1.onnx", 224)]
    public void Real_models_compute_what_ONNX_Runtime_computes(string file, int size)
    {
        var graph = OnnxFile.Read(SharedData.Path("models", file));
        var input = Referee.Data(1, 2, 3, size, size);
        Referee.AssertClose(Referee.Run(graph, input)[0], TorchRuns.Scores(graph, input), 1e-4);
    }

    [Fact]
    public void An_untouched_module_gives_the_graph_back()
    {
        TorchRuntime.Ensure();
        var graph = RandomNets.Build(3);
        using var module = new GraphModule(graph);
        Assert.Equal(OnnxFile.ToBytes(graph), OnnxFile.ToBytes(module.ToGraph()));
    }

    [Fact]
    public void A_softmax_at_the_end_is_left_out()
    {
        var builder = new GraphBuilder("softmax", 1);
        var scores = builder.Dense(builder.Flatten(builder.Input(1, 2, 2)), 3);
        var plain = builder.Build(scores);
        var probabilities = builder.Build(builder.Unary("Identity", builder.Unary("Softmax", scores)));
        var input = Referee.Data(1, 4, 1, 2, 2);
        Referee.AssertClose(TorchRuns.Scores(plain, input), TorchRuns.Scores(probabilities, input));
    }

    [Fact]
    public void A_part_of_a_shape_is_that_part()
    {
        var builder = new GraphBuilder("part", 1);
        var x = builder.Conv(builder.Input(3, 5, 7), 4, Window.Same(3));
        var counted = builder.Node("Shape", [x], [2], null, ("start", new AttributeValue.Int(0)), ("end", new AttributeValue.Int(-2)));
        var shape = builder.Node("Concat", [counted, builder.Constant("rest", Tensor.Of([-1L], 1))], [3], null, ("axis", new AttributeValue.Int(0)));
        var graph = builder.Build(builder.Dense(builder.Flatten(builder.Node("Reshape", [x, shape], [1, 4, 35])), 3));
        var input = Referee.Data(1, 6, 3, 5, 7);
        Referee.AssertClose(ReferenceEvaluator.Run(graph, input), TorchRuns.Scores(graph, input), 1e-4);
    }

    [Fact]
    public void A_graph_exported_for_one_image_takes_batches()
    {
        var builder = new GraphBuilder("fixed", 1);
        var x = builder.Input(2, 3, 3);
        var shape = builder.Constant("shape", Tensor.Of([1L, -1L], 2));
        var graph = builder.Build(builder.Dense(builder.Node("Reshape", [x, shape], [1, 18]), 4));
        var single = graph with { Inputs = [graph.Inputs[0] with { Shape = [1, .. graph.Inputs[0].Shape.Skip(1)] }] };
        Assert.Equal([5, 4], TorchRuns.Scores(single, Referee.Data(1, 5, 2, 3, 3)).Shape);
    }

    /// <summary>Operators of newer sets, and arithmetic that random networks leave out.</summary>
    [Theory]
    [InlineData("Mish")]
    [InlineData("Gelu")]
    [InlineData("Gelu", "tanh")]
    [InlineData("Exp")]
    [InlineData("Neg")]
    [InlineData("Log")]
    [InlineData("Sqrt")]
    [InlineData("Reciprocal")]
    [InlineData("Pow")]
    [InlineData("Max")]
    [InlineData("Min")]
    [InlineData("Sum")]
    public void An_elementwise_operator_is_computed_as_ONNX_Runtime_does(string opType, string? approximate = null)
    {
        var builder = new GraphBuilder("one", 1);
        var x = builder.Conv(builder.Input(2, 5, 5), 4, Window.Same(3));
        // Away from zero, where a logarithm or a root has no value.
        var positive = builder.Binary("Add", builder.Unary("Abs", x), builder.Constant("half", Tensor.Of([0.5f], 1)));
        string[] inputs = opType switch
        {
            "Pow" => [positive, builder.Constant("exponent", Tensor.Of([1.5f], 1))],
            "Max" or "Min" or "Sum" => [x, positive, builder.Unary("Relu", x)],
            "Log" or "Sqrt" or "Reciprocal" => [positive],
            _ => [x],
        };
        (string, AttributeValue)[] attributes = approximate is null ? [] : [("approximate", new AttributeValue.Text(approximate))];
        var graph = builder.Build(builder.Dense(builder.Flatten(builder.Node(opType, inputs, builder.ShapeOf(x), null, attributes)), 3));
        graph = graph with { Metadata = graph.Metadata with { OpsetImports = graph.Metadata.OpsetImports.SetItem("", 20) } };
        var input = Referee.Data(1, 6, 2, 5, 5);
        Referee.AssertClose(Referee.Run(graph, input)[0], TorchRuns.Scores(graph, input), 1e-4);
    }

    /// <summary>As Paddle writes biases: a constant that is reshaped to [1, C, 1, 1] has no batch.</summary>
    [Fact]
    public void A_constant_has_no_batch()
    {
        var builder = new GraphBuilder("bias", 1);
        var x = builder.Conv(builder.Input(2, 3, 3), 4, Window.Same(3));
        var bias = builder.Node(
            "Reshape", [builder.Constant("b", builder.Normal(1, 4)), builder.Constant("shape", Tensor.Of([1L, -1L, 1L, 1L], 4))], [1, 4, 1, 1]);
        var graph = builder.Build(builder.Dense(builder.Flatten(builder.Binary("Add", x, bias)), 3));
        var single = graph with { Inputs = [graph.Inputs[0] with { Shape = [1, .. graph.Inputs[0].Shape.Skip(1)] }] };
        var input = Referee.Data(1, 5, 2, 3, 3);
        Referee.AssertClose(ReferenceEvaluator.Run(graph, input), TorchRuns.Scores(single, input), 1e-4);
    }

    [Fact]
    public void Weights_in_constant_nodes_are_trained_where_they_are()
    {
        TorchRuntime.Ensure();
        var graph = new GraphBuilder("constants", 1) is var builder ? builder.Build(builder.Dense(builder.Flatten(builder.Input(1, 2, 2)), 3, "fc")) : null!;
        var constant = new Node { Name = "c", OpType = "Constant", Inputs = [], Outputs = ["fc.weight"] }
            .With("value", new AttributeValue.TensorValue(graph.Initializers["fc.weight"]));
        var moved = graph with { Nodes = [constant, .. graph.Nodes], Initializers = graph.Initializers.Remove("fc.weight") };
        using var module = new GraphModule(moved);
        Assert.Equal(2, module.Parameters.Count);
        Assert.Equal(OnnxFile.ToBytes(moved), OnnxFile.ToBytes(module.ToGraph()));
    }

    [Fact]
    public void An_unknown_operator_is_named_with_its_node()
    {
        TorchRuntime.Ensure();
        var builder = new GraphBuilder("unknown", 1);
        var graph = builder.Build(builder.Unary("Mystery", builder.Input(1, 2, 2), "box"));
        UserErrors.AssertSays(
            UserErrorKind.Model, "Mystery 'box' cannot be trained: training does not know this operator.", () => new GraphModule(graph).Dispose());
    }

    [Fact]
    public void Batch_norm_scales_are_parameters_and_statistics_are_not()
    {
        TorchRuntime.Ensure();
        var builder = new GraphBuilder("norm", 1);
        var graph = builder.Build(builder.BatchNorm(builder.Conv(builder.Input(1, 4, 4), 2, Window.Same(3), name: "conv"), name: "bn"));
        ImmutableSortedDictionary<string, WeightRole> roles = new GraphWeights(graph).Roles.ToImmutableSortedDictionary(StringComparer.Ordinal);
        Assert.Equal(
            [("bn.bias", WeightRole.Parameter), ("bn.running_mean", WeightRole.Statistic), ("bn.running_var", WeightRole.Statistic),
             ("bn.weight", WeightRole.Parameter), ("conv.weight", WeightRole.Parameter)],
            roles.Select(r => (r.Key, r.Value)));
    }
}
