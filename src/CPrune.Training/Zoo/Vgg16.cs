using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Training.Zoo;

/// <summary>VGG-16 with batch norm for small images: thirteen 3 × 3 convolutions, five poolings, one dense layer (Simonyan and Zisserman, ICLR 2015).</summary>
internal static class Vgg16
{
    private static readonly int[][] Stages = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]];

    public static ModelGraph Build(int classes, int channels, int size, int seed)
    {
        var graph = new GraphBuilder("vgg16bn", seed);
        var x = graph.Input(channels, size, size);
        var layer = 0;
        foreach (var stage in Stages)
        {
            foreach (var filters in stage)
            {
                x = graph.Relu(graph.ConvNorm(x, filters, 3, 1, $"features.{layer}", $"features.{layer + 1}"), $"features.{layer + 2}");
                layer += 3;
            }

            x = graph.MaxPool(x, Window.Valid(2, 2), $"features.{layer++}");
        }

        return graph.Build(graph.Dense(graph.Flatten(x, "flatten"), classes, "classifier"));
    }
}
