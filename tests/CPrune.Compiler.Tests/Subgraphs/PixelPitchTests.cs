using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Llvm;
using CPrune.Compiler.Tests.Models;
using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Subgraphs;

public class PixelPitchTests
{
    [Theory]
    [InlineData(128, 144)]
    [InlineData(384, 400)]
    [InlineData(1024, 1040)]
    [InlineData(64, 64)]
    [InlineData(96, 96)]
    [InlineData(960, 960)]
    public void Pixels_whose_rows_would_evict_each_other_lie_a_cache_line_further_apart(int channels, int pitch)
    {
        var plan = ModelPlan.Of(Of(channels, (b, x) => b.Conv(b.Depthwise(b.Relu(x), Window.Same(3), name: "depthwise"), 3, Window.Same(3))));
        var depthwise = plan.Subgraphs.Single(s => s.Anchor == "depthwise").Computation;

        Assert.Equal([5, 6, pitch], depthwise.Inputs[0].Extents);
        Assert.Equal([5, 6, pitch], depthwise.Output.Extents);
        Assert.Equal(channels, depthwise["c"].Extent);
    }

    [Theory]
    [InlineData("the result")]
    [InlineData("flattened")]
    [InlineData("a vector")]
    public void What_is_read_as_one_row_has_no_gaps(string graph)
    {
        var plan = ModelPlan.Of(Of(8, (b, x) => graph switch
        {
            "the result" => b.Conv(x, 128, Window.Same(3), name: "conv"),
            "flattened" => b.Dense(b.Flatten(b.Conv(x, 128, Window.Same(3), name: "conv")), 5),
            _ => b.Dense(b.Flatten(b.Conv(b.GlobalAveragePool(x), 128, Window.Same(1), name: "conv")), 5),
        }));

        Assert.Equal(128, plan.Subgraphs.Single(s => s.Anchor == "conv").Computation.Output.Extents[^1]);
        Assert.DoesNotContain(plan.Subgraphs, s => s.Description.StartsWith("copy", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Runnable.Names), MemberType = typeof(Runnable))]
    public void A_compiled_model_with_such_images_computes_what_the_reference_does(string target) =>
        CompiledModel.AssertAgrees(Of(8, Everything), target, threads: 2);

    private static ModelGraph Of(int channels, Func<GraphBuilder, string, string> build)
    {
        var builder = new GraphBuilder("pitch", 1);
        return builder.Build(build(builder, builder.Input(channels, 5, 6)));
    }

    /// <summary>Windows, a residual, pixels as one axis, slices, a shuffle, a concatenation, a factor a channel, and a flattening.</summary>
    private static string Everything(GraphBuilder b, string x)
    {
        var start = b.Relu(b.Conv(x, 128, Window.Same(3)));
        var sum = b.Relu(b.Add(b.Conv(b.Depthwise(start, Window.Same(3), bias: true), 128, Window.Same(1)), start));
        var excited = b.Binary("Mul", sum, b.Unary("Sigmoid", b.Conv(b.GlobalAveragePool(sum), 128, Window.Valid(1), bias: true)));
        var halves = b.Split(b.ChannelShuffle(b.MaxPool(excited, Window.Same(3)), 2), 2);
        return b.Dense(b.Flatten(b.Concat([b.Conv(halves[0], 128, Window.Same(3)), halves[1], b.Relu(x)])), 7);
    }
}
