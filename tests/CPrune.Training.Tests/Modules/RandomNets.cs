using CPrune.Graph;
using CPrune.Graph.Building;
using CsCheck;

namespace CPrune.Training.Tests.Modules;

/// <summary>Random small classifiers of everything that trains: convolutions of all kinds, norms, activations, pooling, residual sums and concatenations.</summary>
internal static class RandomNets
{
    public static readonly Gen<ModelGraph> Any = Gen.Int[0, int.MaxValue].Select(Build);

    public static ModelGraph Build(int seed)
    {
        var random = new Random(seed);
        var graph = new GraphBuilder($"random{seed}", seed);
        var x = graph.Conv(graph.Input(3, 12, 10), 8, Window.Same(3, 1 + random.Next(2)), bias: true);
        for (var layer = 0; layer < 6; layer++) x = Layer(graph, x, random);
        var scores = graph.Dense(graph.Flatten(random.Next(2) == 0 ? graph.GlobalAveragePool(x) : x), 5);
        var built = graph.Build(scores);
        return built with { Metadata = built.Metadata with { OpsetImports = built.Metadata.OpsetImports.SetItem("", 14) } }; // HardSwish is new in 14.
    }

    private static string Layer(GraphBuilder graph, string x, Random random)
    {
        var channels = graph.ShapeOf(x)[1];
        return random.Next(13) switch
        {
            0 => graph.Relu(graph.BatchNorm(graph.Conv(x, 4 * (1 + random.Next(3)), Window.Same(3)), randomStatistics: true)),
            1 => graph.Clip(graph.BatchNorm(graph.Depthwise(x, Window.Same(3, dilation: 1 + random.Next(2))), randomStatistics: true), 0, 6),
            2 => graph.Conv(x, 2 * channels, new Window(3, 3, 1, 1, (0, 1, 2, 1)), groups: channels % 4 == 0 ? 4 : 1, bias: true),
            3 => graph.Add(x, graph.Conv(x, channels, Window.Same(1))),
            4 => graph.Concat([x, graph.Relu(graph.Conv(x, 3, Window.Same(1)))]),
            5 => graph.MaxPool(x, Window.Same(3)),
            6 => graph.AveragePool(x, Window.Same(3), countPadding: random.Next(2) == 0),
            7 => graph.AveragePool(x, new Window(2, 2, 1, 1, (0, 0, 1, 1)), countPadding: random.Next(2) == 0),
            8 => graph.MaxPool(x, new Window(2, 2, 1, 1, (0, 0, 1, 1))),
            9 => graph.Unary(new[] { "Sigmoid", "Tanh", "HardSwish", "HardSigmoid", "LeakyRelu", "Elu", "Celu", "Selu", "Softplus", "Softsign", "Erf", "Abs" }[random.Next(12)], x),
            10 => graph.Binary("Mul", x, graph.Unary("Sigmoid", graph.Conv(graph.GlobalAveragePool(x), channels, Window.Valid(1)))),
            11 => Shuffled(graph, x),
            _ => graph.Unary("Identity", x),
        };
    }

    /// <summary>Half of the channels as they are, shuffled with as many new ones.</summary>
    private static string Shuffled(GraphBuilder graph, string x)
    {
        var kept = graph.Split(x, graph.ShapeOf(x)[1] % 2 == 0 ? 2 : 1)[^1];
        return graph.ChannelShuffle(graph.Concat([kept, graph.Conv(x, graph.ShapeOf(kept)[1], Window.Same(1))]), 2);
    }
}
