using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>
/// The network of the quick start: small enough to train in minutes on two cores, and wide where its time goes, so that there is something to prune.
/// A thin stem at full size, then residual blocks of 64 filters at half and 128 filters at a quarter of it.
/// </summary>
internal static class QuickNet
{
    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("quicknet", seed);
        var x = graph.Relu(graph.ConvNorm(graph.Input(channels, size, size), 16, 3, 1, "conv1", "bn1"), "relu");
        x = graph.BasicBlock(x, 64, 2, "layer1.0");
        x = graph.BasicBlock(x, 128, 2, "layer2.0");
        x = graph.BasicBlock(x, 128, 1, "layer2.1");
        return graph.Build(graph.Classifier(x, classes));
    }
}
