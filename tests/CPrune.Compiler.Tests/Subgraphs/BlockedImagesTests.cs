using CPrune.Compiler.Models;
using CPrune.Compiler.Models.Chains;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Llvm;
using CPrune.Compiler.Tests.Models;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Subgraphs;

public class BlockedImagesTests
{
    [Fact]
    public void What_lies_between_layers_is_in_blocks_and_nothing_is_converted_by_a_kernel_of_its_own()
    {
        var graph = Of((b, x) => b.Conv(b.Relu(b.Depthwise(b.Relu(b.Conv(x, 32, Window.Same(1), name: "expand")), Window.Same(3), name: "depthwise")), 8, Window.Same(3), name: "project"));
        var plan = ModelPlan.Of(graph, InBlocks(16));

        Assert.Equal([(0, 16), (16, 16), (16, 0)], plan.Subgraphs.Select(BlocksOf));
        Assert.Equal(["expand", "depthwise", "project"], plan.Subgraphs.Select(s => s.Anchor));
        Assert.Contains("#0a[5,6,32]/16", plan.Subgraphs[2].Computation.Key, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other channels")]
    [InlineData("the result")]
    [InlineData("sliced")]
    [InlineData("flattened")]
    [InlineData("concatenated")]
    [InlineData("groups")]
    public void What_somebody_cannot_use_in_blocks_is_not_in_blocks(string graph)
    {
        var plan = ModelPlan.Of(
            Of((b, x) =>
            {
                var depthwise = b.Depthwise(b.Relu(b.Conv(x, graph == "other channels" ? 24 : 32, Window.Same(1))), Window.Same(3), name: "depthwise");
                return graph switch
                {
                    "the result" => depthwise,
                    "sliced" => b.Conv(b.Split(depthwise, 2)[0], 8, Window.Same(1)),
                    "flattened" => b.Dense(b.Flatten(depthwise), 3),
                    "concatenated" => b.Conv(b.Concat([depthwise, b.Conv(x, 8, Window.Same(1))]), 8, Window.Same(1)),
                    "groups" => b.Conv(depthwise, 8, Window.Same(1), groups: 2),
                    _ => b.Conv(depthwise, 8, Window.Same(1)),
                };
            }),
            InBlocks(16));

        Assert.Equal(0, BlocksOf(plan.Subgraphs.Single(s => s.Anchor == "depthwise")).Output);
        Assert.DoesNotContain(plan.Subgraphs, s => s.IsCopy);
    }

    [Fact]
    public void Groups_of_no_whole_blocks_do_not_take_in_what_is_added_in_blocks()
    {
        var plan = ModelPlan.Of(
            Of((b, x) =>
            {
                var beside = b.Conv(x, 48, Window.Same(1), name: "beside");
                return b.Conv(b.Add(b.Conv(b.Conv(x, 48, Window.Same(1)), 48, Window.Same(3), groups: 2, name: "groups"), beside), 8, Window.Same(1));
            }),
            InBlocks(16));

        Assert.Equal(16, BlocksOf(plan.Subgraphs.Single(s => s.Anchor == "beside")).Output);
        Assert.Equal((0, 0), BlocksOf(plan.Subgraphs.Single(s => s.Anchor == "groups")));
        Assert.Contains(plan.Subgraphs, s => s.Description.StartsWith("add ", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Runnable.Names), MemberType = typeof(Runnable))]
    public void A_compiled_model_on_blocks_computes_what_the_reference_does(string name)
    {
        var target = Runnable.Target(name, threads: 2);
        var graph = Of(Everything);
        var plan = ModelPlan.Of(graph, InBlocks(target.MaxLanes));
        Assert.True(plan.Subgraphs.Count(s => BlocksOf(s) is not (0, 0)) > 6);

        foreach (var inChains in new[] { false, true })
        {
            using var model = new CompiledModel(plan.With(inChains), new ModelCompiler(target, limits: new ChainLimits(LeastBytes: 1, StripBytes: 1 << 14)), threads: 2);
            Assert.Equal(inChains, model.Info.Calls.Any(c => c.Length > 1));
            var input = Referee.Data(1, [.. model.Native.InputShape]);
            Referee.AssertClose(ReferenceEvaluator.Run(graph, input), model.Run(input), 1e-4);
        }
    }

    private static AlgorithmChoices InBlocks(int channels) => AlgorithmChoices.AllDirect with { Variant = new ModelVariant { Block = channels } };

    private static (int Input, int Output) BlocksOf(Subgraph subgraph) => (subgraph.Computation.Inputs[0].Block, subgraph.Computation.Output.Block);

    private static ModelGraph Of(Func<GraphBuilder, string, string> build)
    {
        var builder = new GraphBuilder("blocks", 1);
        return builder.Build(build(builder, builder.Input(8, 5, 6)));
    }

    /// <summary>Strides, a residual, one depthwise convolution behind another, a factor a channel, pooling, and readers of several kinds of one image.</summary>
    private static string Everything(GraphBuilder b, string x)
    {
        var start = b.Clip(b.Conv(x, 48, Window.Same(3), bias: true), 0, 6);
        var deep = b.Relu(b.Depthwise(b.Depthwise(start, Window.Same(3), bias: true), Window.Same(5)));
        var excited = b.Binary("Mul", deep, b.Unary("Sigmoid", b.Conv(b.GlobalAveragePool(deep), 48, Window.Valid(1), bias: true)));
        var sum = b.Add(b.Conv(excited, 48, Window.Same(1)), start);
        var pooled = b.MaxPool(b.Depthwise(sum, Window.Same(3, stride: 2)), Window.Same(3));
        return b.Dense(b.Flatten(b.Conv(b.Depthwise(b.Conv(pooled, 64, Window.Same(1)), Window.Same(3)), 10, Window.Same(3))), 7);
    }
}
