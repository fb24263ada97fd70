using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>
/// SqueezeNet 1.1: fire modules, a 1 × 1 convolution that squeezes before a 1 × 1 and a 3 × 3 one that expand side by side (Iandola et al., "SqueezeNet:
/// AlexNet-level accuracy with 50x fewer parameters and &lt;0.5MB model size", 2016), layers named as torchvision names them. It has no batch norms.
/// </summary>
internal static class SqueezeNet
{
    /// <summary>Filters of the squeezing and of each expanding convolution; null is a pooling.</summary>
    private static readonly (int Squeeze, int Expand)?[] Features = [null, (16, 64), (16, 64), null, (32, 128), (32, 128), null, (48, 192), (48, 192), (64, 256), (64, 256)];

    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("squeezenet", seed);
        var x = graph.Relu(graph.Conv(graph.Input(channels, size, size), 64, Window.Valid(3, 2), bias: true, name: "features.0"), "features.1");
        for (var i = 0; i < Features.Length; i++)
        {
            var name = $"features.{i + 2}";
            x = Features[i] is { } fire ? Fire(graph, x, fire.Squeeze, fire.Expand, name) : graph.MaxPool(x, Window.Valid(3, 2), name, ceil: true);
        }

        x = graph.Relu(graph.Conv(x, classes, Window.Valid(1), bias: true, name: "classifier.1"), "classifier.2");
        return graph.Build(graph.Flatten(graph.GlobalAveragePool(x, "classifier.3"), "flatten"));
    }

    private static string Fire(GraphBuilder graph, string x, int squeeze, int expand, string name)
    {
        var squeezed = Convolved(x, squeeze, 1, "squeeze");
        return graph.Concat([Convolved(squeezed, expand, 1, "expand1x1"), Convolved(squeezed, expand, 3, "expand3x3")], $"{name}.concat");

        string Convolved(string from, int filters, int kernel, string part) =>
            graph.Relu(graph.Conv(from, filters, Window.Same(kernel), bias: true, name: $"{name}.{part}"), $"{name}.{part}_activation");
    }
}
