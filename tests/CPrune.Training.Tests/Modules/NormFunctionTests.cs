using CPrune.Training.Modules.Operators.Norms;
using CPrune.Training.Native;
using CsCheck;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Tests.Modules;

public class NormFunctionTests
{
    private const double Epsilon = 1e-5;
    private const double Momentum = 0.1;

    /// <summary>Half of the distance between neighbours, as a share: bfloat16 keeps 8 bits.</summary>
    private const double BFloat16Rounding = 1.0 / 256;

    /// <summary>Of numbers up to 2, a few times over.</summary>
    private const double RoundingOf32Bits = 4e-6;

    private static readonly Gen<(int N, int C, int H, int W)> Shapes = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 70], Gen.Int[1, 9], Gen.Int[1, 9]);

    [Theory]
    [InlineData(torch.ScalarType.Float32, false)]
    [InlineData(torch.ScalarType.Float32, true)]
    [InlineData(torch.ScalarType.BFloat16, false)]
    [InlineData(torch.ScalarType.BFloat16, true)]
    public void Everything_is_as_torch_computes_it_in_64_bits(torch.ScalarType type, bool rectify) =>
        Gen.Select(Shapes, Gen.Int[0, int.MaxValue]).Where(c => c.Item1.N * c.Item1.H * c.Item1.W > 1)
            .Sample((shape, seed) => AssertAsTorch(shape, seed, type, rectify, mean: 0.5), iter: 40);

    [Theory]
    [InlineData(torch.ScalarType.Float32, 11)]
    [InlineData(torch.ScalarType.BFloat16, 45)]
    public void Long_batches_are_shared_out_among_threads(torch.ScalarType type, int channels) => AssertAsTorch((32, channels, 32, 32), 1, type, rectify: true, mean: 0.5);

    [Fact]
    public void A_mean_far_from_zero_leaves_the_variance_exact() => AssertAsTorch((16, 13, 20, 20), 2, torch.ScalarType.Float32, rectify: false, mean: 300);

    [Fact]
    public void Threads_do_not_change_the_result()
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        var threads = torch.get_num_threads();
        try
        {
            var one = Once(1);
            foreach (var count in (int[])[2, 3]) Assert.Equal(one, Once(count));
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        static float[] Once(int threads)
        {
            torch.set_num_threads(threads);
            var (input, parameters, _) = Case((16, 22, 32, 32), 5, torch.ScalarType.Float32, rectify: true, mean: 1);
            var output = NormFunction.Of(input, parameters);
            output.square().sum().backward();
            return [.. Values(output), .. Values(input.grad!), .. Values(parameters.Scale.grad!)];
        }
    }

    [Fact]
    public void Other_layouts_and_single_values_are_left_to_torch()
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        Assert.True(NormStep.Fits(torch.ones(2, 4, 4, 3).permute(0, 3, 1, 2)));
        Assert.False(NormStep.Fits(torch.ones(2, 3, 4, 4)));
        Assert.False(NormStep.Fits(torch.ones(2, 3)));
        Assert.False(NormStep.Fits(torch.ones(1, 3, 1, 1)));
        Assert.False(NormStep.Fits(torch.ones([2, 4, 4, 3], torch.ScalarType.Float64).permute(0, 3, 1, 2)));
    }

    [Fact]
    public void A_gradient_in_another_layout_is_read_by_its_axes()
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        var (input, parameters, _) = Case((4, 5, 3, 3), 7, torch.ScalarType.Float32, rectify: false, mean: 0);
        var output = NormFunction.Of(input, parameters);
        var weights = torch.tensor(Enumerable.Range(0, 180).Select(i => (float)i).ToArray(), [4, 5, 3, 3]);
        (output.contiguous() * weights).sum().backward();
        var expected = weights.sum([0L, 2, 3]);
        AssertClose(expected, parameters.Bias.grad!, 1e-6);
    }

    [Fact]
    public void Thousands_of_steps_keep_no_memory()
    {
        TorchRuntime.Ensure();
        const int Steps = 3000;
        long before = 0;
        for (var step = 0; step < Steps; step++)
        {
            using (torch.NewDisposeScope())
            {
                var (input, parameters, _) = Case((8, 11, 16, 16), step, torch.ScalarType.BFloat16, rectify: true, mean: 0);
                var output = NormFunction.Of(NormFunction.Of(input, parameters), parameters);
                if (step % 3 > 0) output.sum().backward(); // A step may be given up before its gradients.
            }

            if (step == Steps / 10) before = Resident();
        }

        // A step's tensors take half a megabyte.
        Assert.InRange(Resident() - before, long.MinValue, 100L << 20);

        static long Resident()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Environment.WorkingSet;
        }
    }

    private static void AssertAsTorch((int N, int C, int H, int W) shape, int seed, torch.ScalarType type, bool rectify, double mean)
    {
        TorchRuntime.Ensure();
        using var scope = torch.NewDisposeScope();
        var (input, own, outer) = Case(shape, seed, type, rectify, mean);
        var exact = new[] { input, own.Scale, own.Bias }.Select(t => t.detach().to(torch.ScalarType.Float64).requires_grad_()).ToArray();
        TorchTensor[] running = [own.RunningMean.to(torch.ScalarType.Float64), own.RunningVariance.to(torch.ScalarType.Float64)];

        var output = NormFunction.Of(input, own);
        (output * outer).sum().backward();
        var expected = torch.nn.functional.batch_norm(exact[0], running[0], running[1], exact[1], exact[2], true, Momentum, Epsilon);
        // What is within rounding of zero may fall on either side; the gradient has to be that of the side it fell on.
        var passed = output.detach().gt(torch.zeros_like(output)).to(torch.ScalarType.Float64);
        (rectify ? expected * passed : expected).mul(outer.to(torch.ScalarType.Float64)).sum().backward();

        // Values that hardly differ are drawn apart by up to 1 / √epsilon, and what 32 bits have rounded with them.
        var variance = exact[0].detach().permute(0, 2, 3, 1).reshape(-1, shape.C).var(0, unbiased: false);
        var steepest = Values(exact[1]).Zip(Values(variance), (scale, v) => scale / Math.Sqrt(v + Epsilon)).Max();
        var drawnApart = steepest * RoundingOf32Bits;

        var rounding = type == torch.ScalarType.BFloat16 ? BFloat16Rounding : 2e-5;
        Assert.Equal(input.stride(), output.stride());
        Assert.Equal(type, output.dtype);
        AssertClose(rectify ? expected.relu() : expected, output, rounding, drawnApart);
        AssertClose(running[0], own.RunningMean, 1e-5);
        AssertClose(running[1], own.RunningVariance, 1e-4);
        AssertClose(exact[0].grad!, input.grad!, rounding * 2, drawnApart);
        AssertClose(exact[1].grad!, own.Scale.grad!, 2e-4);
        AssertClose(exact[2].grad!, own.Bias.grad!, 2e-4);
    }

    /// <summary>Random values in channels-last memory, with parameters, and a gradient to come from outside.</summary>
    private static (TorchTensor Input, NormParameters Parameters, TorchTensor Outer) Case(
        (int N, int C, int H, int W) shape, int seed, torch.ScalarType type, bool rectify, double mean)
    {
        var random = new Random(seed);
        var (n, c, h, w) = shape;
        return (
            Pixels(mean).requires_grad_(),
            new NormParameters(
                Row(0.5, 1).requires_grad_(), Row(-0.5, 1).requires_grad_(), Row(-1, 2), Row(0.5, 1), Momentum, Epsilon, rectify),
            Pixels(0));

        TorchTensor Pixels(double mean) =>
            torch.tensor(Numbers(n * c * h * w, mean - 1, 2), [n, h, w, c]).to(type).permute(0, 3, 1, 2);

        TorchTensor Row(double from, double width) => torch.tensor(Numbers(c, from, width));

        float[] Numbers(int count, double from, double width) => [.. Enumerable.Range(0, count).Select(_ => (float)(from + (width * random.NextDouble())))];
    }

    /// <param name="share">Of the largest value that is expected, or of 1.</param>
    private static void AssertClose(TorchTensor expected, TorchTensor actual, double share, double besides = 0)
    {
        var (right, ours) = (Values(expected), Values(actual));
        var largest = Math.Max(1, right.Max(Math.Abs));
        for (var i = 0; i < right.Length; i++)
            Assert.True(Math.Abs(right[i] - ours[i]) <= (share * largest) + besides, $"{i} of {right.Length}: {ours[i]} instead of {right[i]}");
    }

    private static float[] Values(TorchTensor tensor) => tensor.detach().to(torch.ScalarType.Float32).contiguous().data<float>().ToArray();
}
