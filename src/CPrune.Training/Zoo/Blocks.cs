using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>What the networks are made of.</summary>
internal static class Blocks
{
    public static string ConvNorm(this GraphBuilder graph, string x, int filters, int kernel, int stride, string conv, string norm) =>
        graph.BatchNorm(graph.Conv(x, filters, Window.Same(kernel, stride), name: conv), name: norm);

    public static string DepthwiseNorm(this GraphBuilder graph, string x, int kernel, int stride, string conv, string norm) =>
        graph.BatchNorm(graph.Depthwise(x, Window.Same(kernel, stride), name: conv), name: norm);

    /// <summary>
    /// Two 3 × 3 convolutions beside a shortcut, which is a 1 × 1 convolution where the shape changes (He et al., "Deep Residual Learning for Image
    /// Recognition", CVPR 2016).
    /// </summary>
    public static string BasicBlock(this GraphBuilder graph, string x, int filters, int stride, string name)
    {
        var main = graph.Relu(graph.ConvNorm(x, filters, 3, stride, $"{name}.conv1", $"{name}.bn1"), $"{name}.relu1");
        main = graph.ConvNorm(main, filters, 3, 1, $"{name}.conv2", $"{name}.bn2");
        var keepsShape = stride == 1 && graph.ShapeOf(x)[1] == filters;
        var shortcut = keepsShape ? x : graph.ConvNorm(x, filters, 1, stride, $"{name}.downsample.0", $"{name}.downsample.1");
        return graph.Relu(graph.Add(main, shortcut, $"{name}.add"), $"{name}.relu2");
    }

    /// <summary>Global average and one dense layer.</summary>
    public static string Classifier(this GraphBuilder graph, string x, int classes, string name = "fc") =>
        graph.Dense(graph.Flatten(graph.GlobalAveragePool(x, "avgpool"), "flatten"), classes, name);
}
