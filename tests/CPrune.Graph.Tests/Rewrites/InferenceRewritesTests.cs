using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Rewrites;
using CsCheck;

namespace CPrune.Graph.Tests.Rewrites;

public class InferenceRewritesTests
{
    [Fact]
    public void RewritesKeepWhatTheModelComputes() => Gen.Int[0, 1 << 20].Sample(
        seed =>
        {
            var graph = RandomModel(seed);
            var input = Image(seed, 3, 9, 9);
            Referee.AssertClose(
                ReferenceEvaluator.Run(graph, input), ReferenceEvaluator.Run(InferenceRewrites.Apply(graph), input), tolerance: 1e-4);
        },
        iter: 40);

    [Fact]
    public void BatchNormIsFoldedIntoItsConvolutionAndTheLayerKeepsItsName()
    {
        var b = new GraphBuilder("g", 1);
        var x = b.Input(3, 8, 8);
        var y = b.Relu(b.BatchNorm(b.Conv(x, 4, Window.Same(3), name: "layer"), randomStatistics: true));
        var rewritten = InferenceRewrites.Apply(b.Build(y));
        Assert.Equal(["Conv", "Relu"], rewritten.Nodes.Select(n => n.OpType));
        Assert.Equal("layer", rewritten.Nodes[0].Name);
        Assert.Equal(["layer.folded.bias", "layer.folded.weight"], rewritten.Initializers.Keys);
    }

    /// <summary>
    /// Folded into a convolution and a dense layer, and expanded; variances are as small as a dead filter's, so that epsilon decides.
    /// </summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1e-3f)]
    public void EpsilonCountsWhereVariancesAreSmall(float? epsilon)
    {
        var b = new GraphBuilder("small variances", 1);
        var folded = b.BatchNorm(b.Conv(b.Input(3, 9, 9), 4, Window.Same(3)), name: "folded");
        var expanded = b.BatchNorm(b.Relu(folded), name: "expanded");
        var graph = b.Build(b.BatchNorm(b.Dense(b.Flatten(b.GlobalAveragePool(expanded)), 4), name: "dense"));
        var variances = Tensor.Of([1e-7f, 1e-6f, 1e-5f, 1e-4f], 4);
        graph = graph.WithInitializers(
            graph.Nodes.Where(n => n.OpType == "BatchNormalization").Select(n => KeyValuePair.Create(n.Inputs[4], variances)));
        graph = graph with { Nodes = [.. graph.Nodes.Select(WithEpsilon)] };
        var (input, rewritten) = (Image(1, 3, 9, 9), InferenceRewrites.Apply(graph));
        Assert.Equal(["Conv", "Relu", "Mul", "Add", "GlobalAveragePool", "Flatten", "Gemm"], rewritten.Nodes.Select(n => n.OpType));
        Referee.AssertClose(Referee.Run(graph, input)[0], ReferenceEvaluator.Run(rewritten, input), tolerance: 1e-4);

        // None is ONNX's default.
        Node WithEpsilon(Node node) => node.OpType != "BatchNormalization" ? node
            : epsilon is { } value ? node.With("epsilon", new AttributeValue.Float(value))
            : node with { Attributes = node.Attributes.Remove("epsilon") };
    }

    [Fact]
    public void BatchNormWithParametersOfAnotherTypeIsLeftAlone()
    {
        var b = new GraphBuilder("g", 1);
        var graph = b.Build(b.BatchNorm(b.Conv(b.Input(3, 8, 8), 4, Window.Same(3)), name: "norm"));
        graph = graph.WithInitializer("norm.running_var", Tensor.OfRaw(ElementType.Float64, new byte[32], [4]));
        Assert.Equal(["Conv", "BatchNormalization"], InferenceRewrites.Apply(graph).Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void BatchNormBehindAValueThatOthersReadIsExpanded()
    {
        var b = new GraphBuilder("g", 1);
        var conv = b.Conv(b.Input(3, 8, 8), 4, Window.Same(3));
        var y = b.Add(b.BatchNorm(conv, randomStatistics: true), conv);
        var rewritten = InferenceRewrites.Apply(b.Build(y));
        Assert.Equal(["Conv", "Mul", "Add", "Add"], rewritten.Nodes.Select(n => n.OpType));
    }

    [Fact]
    public void ConstantsAreFoldedAndWhatNobodyReadsIsRemoved()
    {
        var b = new GraphBuilder("g", 1);
        var x = b.Input(3, 2, 2);
        var two = b.Node("Add", [b.Constant("one", Tensor.Scalar(1)), b.Constant("other", Tensor.Scalar(1))], []);
        var unread = b.Relu(x);
        var rewritten = InferenceRewrites.Apply(b.Build(b.Binary("Mul", x, two)));
        Assert.DoesNotContain(rewritten.Nodes, n => n.Output == unread);
        Assert.Equal(["Mul"], rewritten.Nodes.Select(n => n.OpType));
        Assert.Equal(2f, rewritten.Initializers[two].Floats[0]);
        Assert.Equal([two], rewritten.Initializers.Keys);
    }

    [Fact]
    public void EmptyAndRepeatedNamesBecomeUnique()
    {
        var b = new GraphBuilder("g", 1);
        var x = b.Input(1, 2, 2);
        var graph = b.Build(b.Relu(b.Relu(b.Relu(x))));
        graph = graph with { Nodes = [graph.Nodes[0] with { Name = "same" }, graph.Nodes[1] with { Name = "same" }, graph.Nodes[2] with { Name = "" }] };
        Assert.Equal(["same", "Relu_1", "Relu_2"], NameNodes.Apply(graph).Nodes.Select(n => n.Name));
    }

    private static ModelGraph RandomModel(int seed)
    {
        var random = new Random(seed);
        var b = new GraphBuilder("random", seed);
        var x = b.Input(3, 9, 9);
        for (var layer = 0; layer < 4; layer++)
        {
            var y = b.Conv(x, 4, Window.Same(3), bias: random.Next(2) == 0);
            var normed = b.BatchNorm(y, randomStatistics: true);
            x = random.Next(4) switch
            {
                0 => b.Relu(normed),
                1 => b.Add(normed, y),
                2 => b.Unary("Identity", b.BatchNorm(b.Relu(normed), randomStatistics: true)),
                _ => b.Add(b.Unary("Dropout", normed), b.Relu(y)),
            };
        }

        return b.Build(b.BatchNorm(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 5), randomStatistics: true));
    }

    private static Tensor Image(int seed, int channels, int height, int width) =>
        new GraphBuilder("image", seed).Normal(1, 1, channels, height, width);
}
