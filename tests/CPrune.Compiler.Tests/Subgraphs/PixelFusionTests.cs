using CPrune.Compiler.Expressions;
using CPrune.Compiler.Subgraphs;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Expressions;
using CPrune.Compiler.Tests.Llvm;
using CPrune.Compiler.Tests.Models;
using CPrune.Graph;
using CPrune.Graph.Building;
using CsCheck;
using Window = CPrune.Graph.Building.Window;

namespace CPrune.Compiler.Tests.Subgraphs;

public class PixelFusionTests
{
    [Fact]
    public void A_pointwise_convolution_on_odd_rows_is_a_matrix_product_with_its_residual()
    {
        var block = ModelPlan.Of(Of(7, 7, Residual)).Subgraphs.Single(s => s.Anchor == "project").Computation;

        Assert.Equal(
            "axes oc:8s ow:49s ic:20r kh:1r kw:1r; in #0a[49,20] #1w[8,20,1,1] #2a[49,8]; out [49,8] at [ow,oc] lanes oc; "
            + "sum multiply(#0[ow,ic],#1[oc,ic,kh,kw]); then max(add(acc,#2[ow,oc]),0)",
            block.Key);
    }

    [Theory]
    [InlineData("whole tiles of columns", 7, 8)]
    [InlineData("one column", 7, 1)]
    [InlineData("stride", 7, 7)]
    [InlineData("window", 7, 7)]
    [InlineData("padding", 7, 7)]
    [InlineData("crop", 7, 7)]
    public void Rows_stay_rows_where_they_make_a_difference_or_do_no_harm(string graph, int rows, int columns)
    {
        var plan = ModelPlan.Of(Of(rows, columns, (b, x) => graph switch
        {
            "stride" => b.Conv(x, 8, new Window(1, 1, 2, 1, (0, 0, 0, 0)), name: "conv"),
            "window" => b.Conv(x, 8, Window.Same(3), name: "conv"),
            "padding" => b.Conv(x, 8, new Window(1, 1, 1, 1, (1, 1, 1, 1)), name: "conv"),
            "crop" => b.Conv(Cropped(b, b.Relu(x), rows, columns), 8, Window.Same(1), name: "conv"),
            _ => b.Conv(x, 8, Window.Same(1), name: "conv"),
        }));

        Assert.True(plan.Subgraphs.Single(s => s.Anchor == "conv").Computation.Has("oh"));
    }

    [Fact]
    public void A_fused_computation_is_the_same_function()
    {
        var fused = 0;
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var random = new Random(seed);
            var plain = RandomComputations.Draw(random);
            var pixels = PixelFusion.Of(plain);
            if (ReferenceEquals(plain, pixels)) return;
            Interlocked.Increment(ref fused);
            float[][] inputs = [.. plain.Inputs.Select(b => Data(random, b))];
            Assert.Equal(Run(plain, inputs), Run(pixels, inputs));
        }, iter: 400);
        Assert.True(fused > 10, $"only {fused} of the computations were fused");
    }

    [Theory, MemberData(nameof(Runnable.Names), MemberType = typeof(Runnable))]
    public void A_compiled_model_of_fused_pixels_computes_what_the_reference_does(string target) =>
        CompiledModel.AssertAgrees(Of(5, 7, Everything), target, threads: 2);

    private static ModelGraph Of(int rows, int columns, Func<GraphBuilder, string, string> build)
    {
        var builder = new GraphBuilder("pixels", 1);
        return builder.Build(build(builder, builder.Input(8, rows, columns)));
    }

    private static string Residual(GraphBuilder b, string x)
    {
        var start = b.Relu(x);
        return b.Relu(b.Add(b.Conv(b.Conv(start, 20, Window.Same(1)), 8, Window.Same(1), name: "project"), start));
    }

    /// <summary>Channel slices, concatenation, one constant a pixel, one factor a channel.</summary>
    private static string Everything(GraphBuilder b, string x)
    {
        var halves = b.Split(b.Conv(x, 12, Window.Same(1), bias: true), 2);
        var first = b.Add(b.Conv(halves[0], 5, Window.Same(1)), b.Constant("place", b.Normal(1, 5, 7)));
        var second = b.Conv(halves[1], 20, Window.Same(1), groups: 2);
        var all = b.Concat([first, second, b.Relu(x)]);
        return b.Add(b.Binary("Mul", all, b.Unary("Sigmoid", b.GlobalAveragePool(all))), b.Conv(all, 33, Window.Same(1)));
    }

    private static string Cropped(GraphBuilder b, string x, int rows, int columns) => b.Node(
        "Pad", [x, b.Constant("pads", Tensor.Of(new long[] { 0, 0, 0, -1, 0, 0, 0, 0 }, 8))], [1, 8, rows, columns - 1]);

    private static float[] Data(Random random, BufferSpec buffer) =>
        [.. Enumerable.Range(0, buffer.Extents.Aggregate(1, (n, e) => n * e)).Select(_ => random.NextSingle() - 0.5f)];

    private static float[] Run(Computation computation, float[][] inputs)
    {
        var output = new float[computation.Output.Extents.Aggregate(1, (n, e) => n * e)];
        ComputationInterpreter.Run(computation, inputs, output);
        return output;
    }
}
