using System.Diagnostics;
using CPrune.Graph.Onnx;
using CPrune.Graph.Operators;

namespace CPrune.Graph.Tests;

/// <summary>The networks that people have, as other tools wrote them.</summary>
public sealed class RealModelTests
{
    public static TheoryData<string, int> Models => new()
    {
        { "cifar10_resnet20.onnx", 32 },
        { "cifar10_resnet20b_chenyaofo.onnx", 32 },
        { "cifar10_resnet56.onnx", 32 },
        { "imagenet_mobilenetv1_0.25_224.onnx", 224 },
        { "imagenet_squeezenet1.1.onnx", 224 },
    };

    [Theory, MemberData(nameof(Models))]
    public void Written_again_a_model_says_and_computes_the_same(string file, int size)
    {
        var path = SharedData.Path("models", file);
        var graph = OnnxFile.Read(path);
        var again = OnnxFile.FromBytes(OnnxFile.ToBytes(graph), "again");

        Assert.Equal(graph.Nodes.Select(n => n.Name), again.Nodes.Select(n => n.Name));
        Assert.Equal(graph.Nodes.SelectMany(n => n.Outputs), again.Nodes.SelectMany(n => n.Outputs));
        Assert.Equal(graph.Initializers.Keys, again.Initializers.Keys);
        Assert.Equal(graph.Metadata.Properties, again.Metadata.Properties);
        Assert.Equal(graph.Metadata.ProducerName, again.Metadata.ProducerName);
        Assert.Equal("input", again.Input.Name);
        Assert.Equal("logits", again.Output.Name);
        var image = Referee.Data(1, 1, 3, size, size);
        Assert.Equal(Referee.Run(File.ReadAllBytes(path), image)[0].Floats, Referee.Run(graph, image)[0].Floats);
    }

    [Theory, MemberData(nameof(Models))]
    public void The_reference_agrees_with_ONNX_Runtime(string file, int size)
    {
        var graph = OnnxFile.Read(SharedData.Path("models", file));
        Referee.AssertAgrees(graph, Referee.Data(2, 1, 3, size, size), tolerance: 2e-5);
    }

    [Fact]
    public void ResNet_20_takes_well_under_a_second()
    {
        var graph = OnnxFile.Read(SharedData.Path("models", "cifar10_resnet20.onnx"));
        var image = Referee.Data(3, 1, 3, 32, 32);
        ReferenceEvaluator.Run(graph, image);
        var watch = Stopwatch.StartNew();
        ReferenceEvaluator.Run(graph, image);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"one image took {watch.Elapsed}");
        TestContext.Current.SendDiagnosticMessage($"ResNet-20 reference: {watch.ElapsedMilliseconds} ms");
    }
}
