using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Graph.Tests;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;
using CPrune.Training.Zoo;

namespace CPrune.Pruning.Tests.Surgery;

/// <summary>Networks that people have, a quarter of every group removed, written, and run by ONNX Runtime.</summary>
public class RealModelSurgeryTests
{
    [Theory]
    [InlineData("cifar10_resnet20.onnx", 32)]
    [InlineData("cifar10_resnet56.onnx", 32)]
    [InlineData("cifar10_resnet20b_chenyaofo.onnx", 32)]
    [InlineData("imagenet_mobilenetv1_0.25_224.onnx", 224)]
    [InlineData("imagenet_squeezenet1.1.onnx", 224)]
    public void ONNX_Runtime_finds_pruned_and_masked_equal(string file, int size) => AssertEqual(OnnxFile.Read(SharedData.Path("models", file)), size);

    public static TheoryData<string> Networks => [.. NetworkCatalog.Names];

    [Theory, MemberData(nameof(Networks))]
    public void Of_every_network_all_layers_but_the_classifier_can_go(string name)
    {
        var graph = NetworkCatalog.Find(name, classes: 10, channels: 3, size: 32);
        var analysis = PruningGraph.Analyze(graph);
        var alone = Assert.Single(analysis.Groups.SelectMany(g => g.Layers).Distinct(), l => !analysis.GroupOf(l)!.Prunable);
        Assert.Equal($"'{graph.Output.Name}' is an output of the model", analysis.GroupOf(alone)!.FrozenReason);
        AssertEqual(graph, 32);
    }

    private static void AssertEqual(ModelGraph graph, int size)
    {
        var analysis = PruningGraph.Analyze(graph);
        var (saliency, context) = (new L1Saliency(), new SaliencyContext(graph, analysis));
        var cuts = analysis.Groups.Where(g => g.Prunable)
            .ToDictionary(g => g.Id, IReadOnlyCollection<int> (g) => saliency.Lowest(context, g, g.Channels / 4));
        var image = Referee.Data(1, 2, 3, size, size);

        var pruned = ChannelRemover.Remove(graph, analysis, cuts);

        Assert.True(OnnxFile.ToBytes(pruned).Length < OnnxFile.ToBytes(graph).Length);
        Assert.True(Parameters(pruned) < 0.85 * Parameters(graph), $"{Parameters(pruned)} of {Parameters(graph)} parameters are left");
        Referee.AssertClose(Referee.Run(ChannelMasker.Mask(graph, analysis, cuts), image)[0], Referee.Run(pruned, image)[0], 1e-4);
    }

    private static long Parameters(ModelGraph graph) => graph.Initializers.Values.Sum(t => (long)t.Count);
}
