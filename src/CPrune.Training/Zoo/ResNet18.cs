using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>
/// ResNet-18: four stages of two blocks with 64 to 512 filters (He et al., "Deep Residual Learning for Image Recognition", CVPR 2016). Images of
/// <see cref="LargeImage"/> pixels and more go through the paper's stem, a 7 × 7 convolution and a pooling that leave a quarter of each side; smaller
/// ones through a 3 × 3 convolution at full size, as is usual for CIFAR.
/// </summary>
internal static class ResNet18
{
    /// <summary>Side from which the stages still get at least 16 × 16 pixels behind the paper's stem.</summary>
    private const int LargeImage = 64;

    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("resnet18", seed);
        var isLarge = size >= LargeImage;
        var x = graph.Input(channels, size, size);
        x = graph.Relu(isLarge ? graph.ConvNorm(x, 64, 7, 2, "conv1", "bn1") : graph.ConvNorm(x, 64, 3, 1, "conv1", "bn1"), "relu");
        if (isLarge) x = graph.MaxPool(x, Window.Same(3, 2), "maxpool");
        for (var stage = 1; stage <= 4; stage++)
            for (var block = 0; block < 2; block++)
                x = graph.BasicBlock(x, 32 << stage, stage > 1 && block == 0 ? 2 : 1, $"layer{stage}.{block}");
        return graph.Build(graph.Classifier(x, classes));
    }
}
