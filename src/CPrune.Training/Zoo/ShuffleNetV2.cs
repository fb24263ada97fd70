using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>
/// ShuffleNetV2 1.0×: units that pass half of their channels on as they are and shuffle both halves together (Ma et al., "ShuffleNet V2: Practical
/// Guidelines for Efficient CNN Architecture Design", ECCV 2018, table 5), layers named as torchvision names them.
/// </summary>
internal static class ShuffleNetV2
{
    private static readonly (int Filters, int Units)[] Stages = [(116, 4), (232, 8), (464, 4)];

    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("shufflenetv2", seed);
        var x = graph.Relu(graph.ConvNorm(graph.Input(channels, size, size), 24, 3, 2, "conv1.0", "conv1.1"), "conv1.2");
        x = graph.MaxPool(x, Window.Same(3, 2), "maxpool");
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            var (filters, units) = Stages[stage];
            for (var unit = 0; unit < units; unit++)
            {
                var name = $"stage{stage + 2}.{unit}";
                x = graph.ChannelShuffle(unit == 0 ? DownSampling(graph, x, filters, name) : Basic(graph, x, filters, name), 2, $"{name}.shuffle");
            }
        }

        return graph.Build(graph.Classifier(graph.Relu(graph.ConvNorm(x, 1024, 1, 1, "conv5.0", "conv5.1"), "conv5.2"), classes));
    }

    private static string DownSampling(GraphBuilder graph, string x, int filters, string name)
    {
        var left = graph.DepthwiseNorm(x, 3, 2, $"{name}.branch1.0", $"{name}.branch1.1");
        left = graph.Relu(graph.ConvNorm(left, filters / 2, 1, 1, $"{name}.branch1.2", $"{name}.branch1.3"), $"{name}.branch1.4");
        return graph.Concat([left, Convolved(graph, x, filters / 2, 2, name)], $"{name}.concat");
    }

    private static string Basic(GraphBuilder graph, string x, int filters, string name)
    {
        var halves = graph.Split(x, 2, $"{name}.chunk");
        return graph.Concat([halves[0], Convolved(graph, halves[1], filters / 2, 1, name)], $"{name}.concat");
    }

    private static string Convolved(GraphBuilder graph, string x, int filters, int stride, string name)
    {
        x = graph.Relu(graph.ConvNorm(x, filters, 1, 1, $"{name}.branch2.0", $"{name}.branch2.1"), $"{name}.branch2.2");
        x = graph.DepthwiseNorm(x, 3, stride, $"{name}.branch2.3", $"{name}.branch2.4");
        return graph.Relu(graph.ConvNorm(x, filters, 1, 1, $"{name}.branch2.5", $"{name}.branch2.6"), $"{name}.branch2.7");
    }
}
