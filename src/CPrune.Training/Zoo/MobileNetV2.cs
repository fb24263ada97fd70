using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>
/// MobileNetV2 1.0: inverted residuals with ReLU6 (Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018, table 2),
/// layers named as torchvision names them.
/// </summary>
internal static class MobileNetV2
{
    private static readonly (int Expansion, int Filters, int Blocks, int Stride)[] Stages =
    [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ];

    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("mobilenetv2", seed);
        var x = graph.Input(channels, size, size);
        var feature = 0;
        x = graph.Relu6(graph.ConvNorm(x, 32, 3, 2, $"features.{feature}.0", $"features.{feature}.1"), $"features.{feature++}.2");
        foreach (var (expansion, filters, blocks, stride) in Stages)
            for (var block = 0; block < blocks; block++)
                x = InvertedResidual(graph, x, expansion, filters, block == 0 ? stride : 1, $"features.{feature++}");
        x = graph.Relu6(graph.ConvNorm(x, 1280, 1, 1, $"features.{feature}.0", $"features.{feature}.1"), $"features.{feature}.2");
        return graph.Build(graph.Classifier(x, classes, "classifier.1"));
    }

    private static string InvertedResidual(GraphBuilder graph, string x, int expansion, int filters, int stride, string name)
    {
        var input = x;
        var part = 0;
        if (expansion > 1)
        {
            var expanded = graph.ShapeOf(x)[1] * expansion;
            x = graph.Relu6(graph.ConvNorm(x, expanded, 1, 1, $"{name}.conv.{part}.0", $"{name}.conv.{part}.1"), $"{name}.conv.{part++}.2");
        }

        x = graph.Relu6(graph.DepthwiseNorm(x, 3, stride, $"{name}.conv.{part}.0", $"{name}.conv.{part}.1"), $"{name}.conv.{part++}.2");
        x = graph.ConvNorm(x, filters, 1, 1, $"{name}.conv.{part}", $"{name}.conv.{part + 1}");
        return graph.ShapeOf(x).SequenceEqual(graph.ShapeOf(input)) ? graph.Add(input, x, $"{name}.add") : x;
    }

    private static string Relu6(this GraphBuilder graph, string x, string name) => graph.Clip(x, 0, 6, name);
}
