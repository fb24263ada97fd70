using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Training.Modules;
using CPrune.Training.Native;
using CPrune.Training.Recipes;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Tests.Modules;

/// <summary>
/// Convolutions and their gradients in each precision of training against the same in 64 bits, which torch computes in another way, on memory that was left full of NaN: what a kernel reads past its data shows.
/// </summary>
public class ConvolutionTests
{
    private const int Count = 500;

    public static TheoryData<TrainingPrecision> Precisions => TrainingPrecisions.OfThisMachine() == TrainingPrecision.BFloat16
        ? [TrainingPrecision.Float32, TrainingPrecision.BFloat16]
        : [TrainingPrecision.Float32];

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Any_convolution_and_its_gradients_are_right_in_any_layout(TrainingPrecision precision)
    {
        TorchRuntime.Ensure();
        var tolerance = precision == TrainingPrecision.Float32 ? 1e-4 : 3e-2; // Bfloat16 has eight bits; results are rounded before their squares are differentiated.
        var wrong = new List<string>();
        for (var seed = 0; seed < Count; seed++)
        {
            var random = new Random(seed);
            var (channels, filters, groups) = Widths(random);
            var kernel = new[] { 1, 3, 3, 5 }[random.Next(4)];
            var window = new Window(kernel, kernel, random.Next(1, 3), 1, (Pad(), Pad(), Pad(), Pad()));
            var builder = new GraphBuilder("conv", seed);
            var graph = builder.Build(builder.Conv(builder.Input(channels, random.Next(5, 14), random.Next(5, 14)), filters, window, groups, name: "conv"));
            var (images, isChannelsLast) = (new[] { 1, 8, 32 }[random.Next(3)], random.Next(2) == 0);
            if (Difference(graph, images, window, groups, isChannelsLast, precision) is var difference && !(difference < tolerance))
                wrong.Add($"seed {seed}: {images} images, {channels} → {filters}, {groups} groups, {window}, channels {(isChannelsLast ? "last" : "first")}: {difference:g3}");

            int Pad() => kernel == 1 ? 0 : random.Next(kernel / 2 + 1);
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {Count} are wrong:\n{string.Join('\n', wrong.Take(20))}");
    }

    /// <summary>Dense, grouped and depthwise; some fill blocks of 16 and of 64 filters, most leave a part of a block empty.</summary>
    private static (int Channels, int Filters, int Groups) Widths(Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                var depth = random.Next(1, 80);
                return (depth, depth * random.Next(1, 3), depth);
            case 1:
                var groups = random.Next(2, 6);
                return (groups * random.Next(1, 24), groups * random.Next(1, 24), groups);
            default:
                return (random.Next(1, 80), random.Next(1, 80), 1);
        }
    }

    /// <returns>The largest one of the result and of both gradients, as a share of the largest number there.</returns>
    private static double Difference(ModelGraph graph, int images, Window window, int groups, bool isChannelsLast, TrainingPrecision precision)
    {
        using var scope = torch.NewDisposeScope();
        LeaveNaN();
        using var module = new GraphModule(graph);
        var type = precision == TrainingPrecision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
        var plain = graph.Initializers["conv.weight"];
        var weight = torch.tensor(plain.Floats.ToArray(), [.. plain.Shape.Select(e => (long)e)]).to(type).to(torch.ScalarType.Float64).requires_grad_();
        int[] shape = [images, .. graph.Input.Shape.Skip(1).Select(d => (int)d.Value!)];
        var data = Image(shape, isChannelsLast).to(type);
        var input = data.to(torch.ScalarType.Float32).detach().requires_grad_();
        var exactInput = data.to(torch.ScalarType.Float64).detach().requires_grad_();

        var scores = module.Scores(input, ForwardPass.Inference with { Precision = precision });
        (scores * scores).sum().backward();
        var (top, left, bottom, right) = window.Pads;
        var padded = torch.nn.functional.pad(exactInput, [left, right, top, bottom]);
        var exact = torch.nn.functional.conv2d(padded, weight, null, [window.Stride, window.Stride], [0, 0], [1, 1], groups).reshape(images, -1);
        (exact * exact).sum().backward();

        return new[] { (scores, exact), (input.grad!, exactInput.grad!), (module.ParametersByName["conv.weight"].grad!, weight.grad!) }.Max(p => Share(p.Item1, p.Item2));
    }

    private static TorchTensor Image(int[] shape, bool isChannelsLast)
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => random.NextSingle() - 0.5f)];
        return isChannelsLast
            ? torch.tensor(values, [shape[0], shape[2], shape[3], shape[1]]).permute(0, 3, 1, 2)
            : torch.tensor(values, [.. shape.Select(e => (long)e)]);
    }

    /// <summary>NaN is the largest difference of all.</summary>
    private static double Share(TorchTensor value, TorchTensor exact)
    {
        var wide = value.to(torch.ScalarType.Float64).contiguous().data<double>().ToArray();
        var right = exact.contiguous().data<double>().ToArray();
        var difference = wide.Zip(right, (a, b) => Math.Abs(a - b)).Max();
        return wide.Any(double.IsNaN) ? double.PositiveInfinity : difference / (right.Max(Math.Abs) + 1e-9);
    }

    private static void LeaveNaN()
    {
        foreach (var length in new[] { 1 << 10, 1 << 14, 1 << 18 })
        {
            var values = new float[length];
            Array.Fill(values, float.NaN);
            for (var i = 0; i < 4; i++) torch.tensor(values).Dispose();
        }
    }
}
