using CPrune.Graph.Onnx;
using CPrune.Graph.Rewrites;
using CPrune.Graph.Tests;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>The coupling of networks that people have.</summary>
public class RealModelGroupTests
{
    [Theory]
    [InlineData("cifar10_resnet20.onnx", 9)]
    [InlineData("cifar10_resnet56.onnx", 27)]
    public void With_padded_shortcuts_a_stage_goes_with_the_later_ones_as_far_as_it_reaches_into_them(string file, int blocks)
    {
        var analysis = Analyze(file);

        Assert.Equal(blocks + 3, analysis.Groups.Count(g => g.Prunable));
        var stages = new[] { "/conv1/Conv", "/layer2/layer2.1/conv2/Conv", "/layer3/layer3.1/conv2/Conv" }.Select(l => analysis.GroupOf(l)!).ToList();
        Assert.Equal([(16, blocks + 1), (16, blocks / 3 * 2), (32, blocks / 3)], stages.Select(g => (g.Channels, g.Layers.Length)));
        Assert.Equal([16, 16, 32], analysis.GroupsOf("/layer3/layer3.1/conv2/Conv").Select(g => g.Channels));
        Assert.Equal("'logits' is an output of the model", Assert.Single(analysis.Groups, g => !g.Prunable).FrozenReason);
    }

    [Fact]
    public void With_convolutional_shortcuts_every_stage_is_one_group()
    {
        var analysis = Analyze("cifar10_resnet20b_chenyaofo.onnx");

        Assert.Equal(9 + 3, analysis.Groups.Count(g => g.Prunable));
        Assert.Equal(
            ["/conv1/Conv", "/layer1/layer1.0/conv2/Conv", "/layer1/layer1.1/conv2/Conv", "/layer1/layer1.2/conv2/Conv"], analysis.GroupOf("/conv1/Conv")!.Layers);
        var last = analysis.GroupOf("/layer3/layer3.0/downsample/downsample.0/Conv")!;
        Assert.Equal((4, 64), (last.Layers.Length, last.Channels));
        Assert.Contains("/fc/Gemm", last.Consumers);
    }

    [Fact]
    public void Depthwise_layers_go_with_the_layer_before_them()
    {
        var analysis = Analyze("imagenet_mobilenetv1_0.25_224.onnx");

        Assert.Equal(["conv1", "conv_dw_1"], analysis.GroupOf("conv_dw_1")!.Layers);
        Assert.Equal(["conv_pw_12", "conv_dw_13"], analysis.GroupOf("conv_pw_12")!.Layers);
        Assert.Equal(["conv_pw_13"], analysis.GroupOf("conv_pw_13")!.Layers);
        Assert.Equal(14, analysis.Groups.Count(g => g.Prunable));
        Assert.Equal("'logits' is an output of the model", analysis.GroupOf("conv_preds")!.FrozenReason);
    }

    [Fact]
    public void Concatenated_layers_stay_apart()
    {
        var analysis = Analyze("imagenet_squeezenet1.1.onnx");

        Assert.All(analysis.Groups, g => Assert.Single(g.Layers));
        var expand = analysis.GroupOf("/features/features.3/expand3x3/Conv")!;
        Assert.Equal(["/features/features.4/squeeze/Conv"], expand.Consumers);
        Assert.Equal(64, expand.Readers[0].Positions.IndexOf(0));
        Assert.Equal(25, analysis.Groups.Count(g => g.Prunable));
    }

    /// <summary>Compilation folds batch norm; layers keep their names and their coupling.</summary>
    [Theory]
    [InlineData("cifar10_resnet20b_chenyaofo.onnx")]
    [InlineData("imagenet_mobilenetv1_0.25_224.onnx")]
    public void Folding_batch_norm_changes_no_group(string file)
    {
        var graph = OnnxFile.Read(SharedData.Path("models", file));
        var (kept, folded) = (PruningGraph.Analyze(graph), PruningGraph.Analyze(InferenceRewrites.Apply(graph)));

        Assert.Equal(kept.Groups.Select(g => g.ToString()), folded.Groups.Select(g => g.ToString()));
    }

    private static ChannelAnalysis Analyze(string file) => PruningGraph.Analyze(OnnxFile.Read(SharedData.Path("models", file)));
}
