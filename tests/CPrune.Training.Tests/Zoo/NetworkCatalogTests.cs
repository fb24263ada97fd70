using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CPrune.Training.Tests.Modules;
using CPrune.Training.Zoo;

namespace CPrune.Training.Tests.Zoo;

public class NetworkCatalogTests
{
    /// <summary>Learned parameters of the published networks with ten classes (projection shortcuts where the shape changes); batch norm's statistics do not count.</summary>
    [Theory]
    [InlineData("resnet20", 272_474)]
    [InlineData("ResNet-56", 855_770)]
    [InlineData("resnet18", 11_173_962)]
    [InlineData("vgg16bn", 14_724_042)] // The 14,728,266 of the usual count without the convolutions' biases, which batch norm makes superfluous.
    [InlineData("quicknet", 574_810)]
    public void Networks_have_their_published_size(string name, int parameters)
    {
        var graph = NetworkCatalog.Find(name, 10, 3, 32);
        Assert.Equal(parameters, graph.Initializers.Where(i => !i.Key.Contains("running", StringComparison.Ordinal)).Sum(i => i.Value.Count));
        Assert.Equal([4, 10], ShapeInference.Infer(graph, batch: 4)[graph.Output.Name]);
    }

    /// <summary>
    /// Parameters for a thousand classes as torchvision documents them (MobileNetV1: the trainable ones of Keras), and multiply-accumulates of
    /// a 224 × 224 image, which torchvision rounds to 1.814, 0.301, 0.314, 0.145 and 0.349 G.
    /// </summary>
    [Theory]
    [InlineData("resnet18", 11_689_512, 1_814_073_344)]
    [InlineData("mobilenetv2", 3_504_872, 300_774_272)]
    [InlineData("mnasnet", 4_383_312, 314_415_872)]
    [InlineData("shufflenetv2", 2_278_604, 144_907_992)]
    [InlineData("squeezenet", 1_235_496, 349_151_936)]
    [InlineData("mobilenetv1", 4_231_976, 568_740_352)]
    [InlineData("MobileNetV1_0.25", 470_072, 41_030_272)]
    public void Networks_for_large_images_have_their_published_size(string name, long parameters, long macs)
    {
        var graph = NetworkCatalog.Find(name, 1000, 3, 224);
        Assert.Equal((parameters, macs), (GraphStatistics.Parameters(graph), GraphStatistics.Macs(graph)));
        Assert.Equal([2, 1000], ShapeInference.Infer(graph, batch: 2)[graph.Output.Name]);
    }

    [Theory]
    [InlineData("mnasnet")]
    [InlineData("mobilenetv2")]
    [InlineData("resnet18")]
    [InlineData("shufflenetv2")]
    [InlineData("squeezenet")]
    public void Networks_can_be_trained(string name)
    {
        var graph = NetworkCatalog.Find(name, 10, 3, 64);
        var input = Referee.Data(1, 2, 3, 64, 64);
        Referee.AssertClose(Referee.Run(graph, input)[0], TorchRuns.Scores(graph, input), 1e-4);
    }

    [Fact]
    public void Large_images_go_through_the_papers_stem()
    {
        Assert.Equal([64, 3, 3, 3], NetworkCatalog.Find("resnet18", 10, 3, 63).Initializers["conv1.weight"].Shape);
        Assert.Equal([64, 3, 7, 7], NetworkCatalog.Find("resnet18", 10, 3, 64).Initializers["conv1.weight"].Shape);
    }

    [Fact]
    public void The_same_seed_gives_the_same_network() => Assert.Equal(
        OnnxFile.ToBytes(NetworkCatalog.Find("quicknet", 10, 3, 32, seed: 5)), OnnxFile.ToBytes(NetworkCatalog.Find("quicknet", 10, 3, 32, seed: 5)));

    [Fact]
    public void The_quick_networks_file_is_small() => Assert.InRange(OnnxFile.ToBytes(NetworkCatalog.Find("quicknet", 12, 3, 32)).Length, 1, 3 << 20);

    [Fact]
    public void Layers_are_named_as_is_usual()
    {
        var names = NetworkCatalog.Find("resnet20", 10, 3, 32).Initializers.Keys;
        Assert.Contains("layer1.0.conv1.weight", names);
        Assert.Contains("layer2.0.downsample.1.running_var", names);
        Assert.Contains("fc.bias", names);
    }

    [Fact]
    public void An_unknown_network_gives_the_list() => UserErrors.AssertSays(
        UserErrorKind.Usage, "there is no network 'lenet'; known are mnasnet, mobilenetv1, mobilenetv1-0.25, mobilenetv2, quicknet, resnet18, resnet20, resnet56, shufflenetv2, squeezenet, vgg16bn.", () => NetworkCatalog.Find("lenet", 10, 3, 32));

    [Fact]
    public void Images_too_small_are_refused() => UserErrors.AssertSays(
        UserErrorKind.Usage, "vgg16bn needs images of at least 32x32, these are 28x28.", () => NetworkCatalog.Find("vgg16bn", 10, 1, 28));
}
