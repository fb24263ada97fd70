using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;
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
        UserErrorKind.Usage, "there is no network 'lenet'; known are quicknet, resnet18, resnet20, resnet56, vgg16bn.", () => NetworkCatalog.Find("lenet", 10, 3, 32));

    [Fact]
    public void Images_too_small_are_refused() => UserErrors.AssertSays(
        UserErrorKind.Usage, "vgg16bn needs images of at least 32x32, these are 28x28.", () => NetworkCatalog.Find("vgg16bn", 10, 1, 28));
}
