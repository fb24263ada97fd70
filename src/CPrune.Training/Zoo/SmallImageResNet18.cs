using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>ResNet-18 for small images: a 3 × 3 stem without pooling, then four stages of two blocks with 64 to 512 filters.</summary>
internal static class SmallImageResNet18
{
    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("resnet18", seed);
        var x = graph.Relu(graph.ConvNorm(graph.Input(channels, size, size), 64, 3, 1, "conv1", "bn1"), "relu");
        for (var stage = 1; stage <= 4; stage++)
            for (var block = 0; block < 2; block++)
                x = graph.BasicBlock(x, 32 << stage, stage > 1 && block == 0 ? 2 : 1, $"layer{stage}.{block}");
        return graph.Build(graph.Classifier(x, classes));
    }
}
