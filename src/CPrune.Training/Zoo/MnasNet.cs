using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>
/// MnasNet-B1 1.0: inverted residuals with 3 × 3 and 5 × 5 depthwise convolutions (Tan et al., "MnasNet: Platform-Aware Neural Architecture Search for
/// Mobile", CVPR 2019), layers named as torchvision names them.
/// </summary>
internal static class MnasNet
{
    private static readonly (int Filters, int Kernel, int Stride, int Expansion, int Blocks)[] Stages =
    [
        (24, 3, 2, 3, 3), (40, 5, 2, 3, 3), (80, 5, 2, 6, 3), (96, 3, 1, 6, 2), (192, 5, 2, 6, 4), (320, 3, 1, 6, 1),
    ];

    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("mnasnet", seed);
        var x = graph.Input(channels, size, size);
        x = graph.Relu(graph.ConvNorm(x, 32, 3, 2, "layers.0", "layers.1"), "layers.2");
        x = graph.Relu(graph.DepthwiseNorm(x, 3, 1, "layers.3", "layers.4"), "layers.5");
        x = graph.ConvNorm(x, 16, 1, 1, "layers.6", "layers.7");
        var layer = 8;
        foreach (var (filters, kernel, stride, expansion, blocks) in Stages)
        {
            for (var block = 0; block < blocks; block++)
                x = InvertedResidual(graph, x, filters, kernel, block == 0 ? stride : 1, expansion, $"layers.{layer}.{block}");
            layer++;
        }

        x = graph.Relu(graph.ConvNorm(x, 1280, 1, 1, $"layers.{layer}", $"layers.{layer + 1}"), $"layers.{layer + 2}");
        return graph.Build(graph.Classifier(x, classes, "classifier.1"));
    }

    private static string InvertedResidual(GraphBuilder graph, string x, int filters, int kernel, int stride, int expansion, string name)
    {
        var inner = graph.Relu(graph.ConvNorm(x, graph.ShapeOf(x)[1] * expansion, 1, 1, $"{name}.layers.0", $"{name}.layers.1"), $"{name}.layers.2");
        inner = graph.Relu(graph.DepthwiseNorm(inner, kernel, stride, $"{name}.layers.3", $"{name}.layers.4"), $"{name}.layers.5");
        inner = graph.ConvNorm(inner, filters, 1, 1, $"{name}.layers.6", $"{name}.layers.7");
        return graph.ShapeOf(inner).SequenceEqual(graph.ShapeOf(x)) ? graph.Add(inner, x, $"{name}.add") : inner;
    }
}
