using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>
/// MobileNetV1: thirteen pairs of a 3 × 3 depthwise and a 1 × 1 convolution (Howard et al., "MobileNets: Efficient Convolutional Neural Networks for
/// Mobile Vision Applications", 2017, table 1).
/// </summary>
internal static class MobileNetV1
{
    private static readonly (int Filters, int Stride)[] Pairs =
    [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1),
    ];

    /// <param name="width">The paper's width multiplier: the share of each layer's filters that is kept.</param>
    public static ModelGraph Build(double width, int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("mobilenetv1", seed);
        var x = graph.Input(channels, size, size);
        x = graph.Relu(graph.ConvNorm(x, (int)(32 * width), 3, 2, "features.0.conv", "features.0.bn"), "features.0.relu");
        for (var pair = 0; pair < Pairs.Length; pair++)
        {
            var ((filters, stride), name) = (Pairs[pair], $"features.{pair + 1}");
            x = graph.Relu(graph.DepthwiseNorm(x, 3, stride, $"{name}.depthwise", $"{name}.bn1"), $"{name}.relu1");
            x = graph.Relu(graph.ConvNorm(x, (int)(filters * width), 1, 1, $"{name}.pointwise", $"{name}.bn2"), $"{name}.relu2");
        }

        return graph.Build(graph.Classifier(x, classes));
    }
}
