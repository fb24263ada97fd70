using CPrune.Graph.Building;
using CPrune.Graph.Onnx;

namespace CPrune.Graph.Tests;

public sealed class GraphStatisticsTests
{
    /// <summary>Published counts (akamaster's ResNet-20; Keras' trainable parameters of MobileNet; SqueezeNet 1.1), and their usual MACs.</summary>
    [Theory]
    [InlineData("cifar10_resnet20.onnx", 269_722, 40_551_040)]
    [InlineData("imagenet_mobilenetv1_0.25_224.onnx", 470_072, 41_030_272)]
    [InlineData("imagenet_squeezenet1.1.onnx", 1_235_496, 377_823_936)]
    public void Real_models_count_as_published(string file, long parameters, long macs)
    {
        var graph = OnnxFile.Read(SharedData.Path("models", file));
        Assert.Equal((parameters, macs), (GraphStatistics.Parameters(graph), GraphStatistics.Macs(graph)));
    }

    [Fact]
    public void Counted_by_hand()
    {
        var b = new GraphBuilder("g", 1);
        var x = b.Clip(b.BatchNorm(b.Conv(b.Input(4, 8, 8), 6, Window.Valid(3), groups: 2, bias: true)), 0, 6);
        var graph = b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 5));
        Assert.Equal((6 * 2 * 9) + 6 + (2 * 6) + (6 * 5) + 5, GraphStatistics.Parameters(graph));
        Assert.Equal((6 * 6 * 6 * 2 * 9) + (6 * 5), GraphStatistics.Macs(graph));
    }
}
