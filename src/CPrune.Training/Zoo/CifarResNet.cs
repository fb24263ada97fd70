using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>ResNet of depth 6n + 2 for small images: three stages of n blocks with 16, 32 and 64 filters; shortcuts of a new shape are 1 × 1 convolutions.</summary>
internal static class CifarResNet
{
    public static ModelGraph Build(int depth, int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder($"resnet{depth}", seed);
        var x = graph.Relu(graph.ConvNorm(graph.Input(channels, size, size), 16, 3, 1, "conv1", "bn1"), "relu");
        for (var stage = 1; stage <= 3; stage++)
            for (var block = 0; block < (depth - 2) / 6; block++)
                x = graph.BasicBlock(x, 8 << stage, stage > 1 && block == 0 ? 2 : 1, $"layer{stage}.{block}");
        return graph.Build(graph.Classifier(x, classes));
    }
}
