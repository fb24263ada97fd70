using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Models;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Tasks;

public class ModelPlanTests
{
    [Theory]
    [InlineData("residual", "conv 3x3/1 8→8 @7x8 +relu", "conv 3x3/1 8→8 @7x8 +add +relu")]
    [InlineData("shortcut by slice and pad", "conv 3x3/1 8→8 @7x8 +relu", "conv 3x3/2 8→16 @4x4 +add +relu")]
    [InlineData("x·sigmoid(x)", "conv 3x3/1 6→20 @7x8 +sigmoid +mul")]
    [InlineData("depthwise", "dwconv 3x3/2 9 @4x4 +clip")]
    [InlineData("grouped", "conv 3x3/1 6→12 @7x8 g3 +relu")]
    [InlineData("one channel", "conv 3x3/1 1→1 @7x8", "conv 3x3/1 1→4 @7x8")]
    [InlineData("concat", "conv 1x1/1 6→7 @7x8 +relu", "conv 3x3/1 6→20 @7x8 +relu", "conv 1x1/1 27→5 @7x8")]
    [InlineData("flatten to dense", "conv 3x3/1 6→5 @7x8 +relu", "dense 280→9 +relu")]
    [InlineData("pointwise classifier", "avgpool 7x8 6", "conv 1x1/1 6→11 @1x1 +flatten")]
    [InlineData("squeeze and excite",
        "conv 3x3/1 6→20 @7x8 +relu", "avgpool 7x8 20", "conv 1x1/1 20→4 @1x1 +relu", "conv 1x1/1 4→20 @1x1 +sigmoid", "mul 20 @7x8")]
    [InlineData("softmax", "avgpool 7x8 6 +flatten", "dense 6→10", "softmax max 10 @1x1", "softmax sum 10 @1x1", "softmax 10 @1x1")]
    [InlineData("channel slice into a pad", "relu 6 @7x8", "copy 4 @9x9", "conv 3x3/1 4→4 @9x9")]
    public void Operators_fuse_behind_their_anchor(string graph, params string[] subgraphs) =>
        Assert.Equal(subgraphs.Order(), ModelPlan.Of(SmallGraphs.All[graph]()).Subgraphs.Select(s => s.Description).Order());

    [Fact]
    public void A_value_with_two_readers_is_not_fused_away()
    {
        var plan = ModelPlan.Of(SmallGraphs.Of(4, (b, x) =>
        {
            var forked = b.Conv(x, 4, Window.Same(3), name: "first");
            return b.Add(b.Conv(b.Relu(forked), 4, Window.Same(3), name: "second"), forked);
        }));

        Assert.Equal(["first", "relu1", "second"], plan.Subgraphs.Select(s => s.Anchor));
        Assert.Contains(new Operand.Value("first.out"), plan.Subgraphs[2].Operands);
    }

    [Fact]
    public void Equal_layers_share_a_task_whatever_their_names()
    {
        var plan = ModelPlan.Of(SmallGraphs.Of(8, (b, x) =>
            Enumerable.Range(0, 5).Aggregate(b.Conv(x, 8, Window.Same(3)), (y, i) => b.Relu(b.BatchNorm(b.Conv(y, 8, Window.Same(3), name: $"layer{i}"), randomStatistics: true)))));

        var repeated = Assert.Single(plan.Tasks, t => t.Multiplicity > 1);
        Assert.Equal(["layer0", "layer1", "layer2", "layer3", "layer4"], repeated.Subgraphs.Select(s => s.Anchor));
        Assert.Equal("conv 3x3/1 8→8 @7x8 +relu", repeated.Label);
        Assert.All(repeated.Subgraphs, s => Assert.Equal(8 * 8 * 9 * 7 * 8, s.Macs));
    }

    [Fact]
    public void A_chosen_algorithm_takes_several_kernels_and_fuses_behind_the_last()
    {
        var graph = SmallGraphs.All["residual"]();
        var names = graph.Nodes.Where(n => n.OpType == "Conv").Select(n => n.Name).ToList();

        var plan = ModelPlan.Of(graph, AlgorithmChoices.Of([new(names[0], Algorithm.Winograd2), new(names[1], Algorithm.Winograd4)]));

        Assert.Equal(
            [
                "winograd2 input 8 @4x4", "winograd2 product 8→8 @4x4", "winograd2 output 8 @7x8 +relu",
                "winograd4 input 8 @2x2", "winograd4 product 8→8 @2x2", "winograd4 output 8 @7x8 +add +relu",
            ],
            plan.Subgraphs.Select(s => s.Description));
        Assert.Equal([.. Enumerable.Repeat(names[0], 3), .. Enumerable.Repeat(names[1], 3)], plan.Subgraphs.Select(s => s.Anchor));
        Assert.Equal(
            ["winograd2 input", "winograd2 product", "winograd2 output", "winograd4 input", "winograd4 product", "winograd4 output"],
            plan.Subgraphs.Select(s => s.Stage));
        Assert.Equal([false, true, false, false, true, false], plan.Subgraphs.Select(s => s.IsMain));
        Assert.All(plan.Subgraphs.Where(s => s.IsMain), s => Assert.True(s.Computation.Has("oc") && s.Macs == 8 * 8 * 9 * 7 * 8));
    }

    [Theory]
    [InlineData("strided convolution")]
    [InlineData("dilated convolution")]
    [InlineData("oblong window")]
    [InlineData("grouped")]
    public void An_algorithm_that_does_not_fit_is_not_used(string name)
    {
        var graph = SmallGraphs.All[name]();

        var plan = ModelPlan.Of(graph, AlgorithmChoices.Of(graph.Nodes.Select(n => KeyValuePair.Create(n.Name, Algorithm.Winograd4))));

        Assert.Equal(AlgorithmChoices.AllDirect, plan.Choices);
        Assert.Equal(ModelPlan.Of(graph).Tasks.Select(t => t.Key), plan.Tasks.Select(t => t.Key));
    }

    [Fact]
    public void Members_are_written_into_their_concatenation()
    {
        var plan = ModelPlan.Of(SmallGraphs.All["concat"]());

        Assert.Equal(plan.Subgraphs[0].Output, plan.Subgraphs[1].Output);
        Assert.Equal([7, 8, 27], plan.Subgraphs[1].Computation.Output.Extents);
        Assert.Equal([0, 7], plan.Subgraphs.Take(2).Select(s => s.OutputOffset).Order());
    }

    [Fact]
    public void No_two_subgraphs_go_by_the_same_name() => Assert.All(SmallGraphs.All.Values, graph =>
        Assert.Equal([], ModelPlan.Of(graph()).Subgraphs.GroupBy(s => s.Name).Where(g => g.Count() > 1).Select(g => g.Key)));

    [Fact]
    public void Units_that_shuffle_share_their_tasks_and_move_only_what_a_reader_wants_side_by_side()
    {
        var plan = ModelPlan.Of(SmallGraphs.All["shuffled units"]());
        var perUnit = plan.Tasks.Where(t => t.Label.StartsWith("conv 1x1/1 6→6 @7x8 +relu", StringComparison.Ordinal)).Select(t => t.Multiplicity).Order();
        var copied = plan.Subgraphs.Where(s => s.Stage.StartsWith("copy", StringComparison.Ordinal))
            .Sum(s => s.Computation.Axes.Single(a => a.Name == "c").Extent);

        Assert.Equal([3, 3], perUnit); // In and out of the depthwise convolution.
        // Each unit's own half; at the end all channels side by side for the depthwise convolution and the average, and in order for the sum.
        Assert.Equal((3 * 6) + 12 + 12, copied);
        Assert.DoesNotContain(plan.Subgraphs, s => s.Description.StartsWith("move", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cifar10_resnet20.onnx", 21)]
    [InlineData("cifar10_resnet56.onnx", 57)]
    [InlineData("imagenet_mobilenetv1_0.25_224.onnx", 29)]
    [InlineData("imagenet_squeezenet1.1.onnx", 30)]
    public void A_real_model_has_a_subgraph_a_layer(string file, int count)
    {
        var graph = OnnxFile.Read(SharedData.Path("models", file));
        var plan = ModelPlan.Of(graph);

        Assert.Equal(count, plan.Subgraphs.Length);
        var convolutions = graph.Nodes.Where(n => n.OpType == "Conv").Select(n => n.Name).Order().ToList();
        Assert.Equal(convolutions, plan.Subgraphs.Select(s => s.Anchor).Where(convolutions.Contains).Order());
        Assert.Equal(plan.Subgraphs.Length, plan.Tasks.Sum(t => t.Multiplicity));
    }

    [Fact]
    public void An_operator_that_only_the_reference_knows_is_named()
    {
        var graph = SmallGraphs.Of(3, (b, x) => b.Node("Cast", [b.Relu(x)], b.ShapeOf(x), "whole", ("to", new AttributeValue.Int(7))));

        Assert.Equal(
            "Cast 'whole' cannot be compiled yet: the compiler does not know this operator",
            Assert.Throws<UserErrorException>(() => ModelPlan.Of(graph)).Message);
    }
}
