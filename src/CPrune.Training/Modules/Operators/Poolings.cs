using TorchSharp;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Pooling over windows and over the whole image.</summary>
internal static class Poolings
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } = new Dictionary<string, TorchOperator>
    {
        ["MaxPool"] = MaxPool,
        ["AveragePool"] = AveragePool,
        ["GlobalAveragePool"] = call => call.Input(0).mean([2, 3], keepdim: true),
        ["GlobalMaxPool"] = call => call.Input(0).amax([2, 3], keepdim: true),
        ["ReduceMean"] = ReduceMean,
    };

    private static TorchTensor MaxPool(NodeCall call)
    {
        var (input, window, ceil) = Parts(call);
        // Torch refuses pads above half a window, and knows only symmetric ones.
        var own = window.IsSymmetric && window.Begins.Zip(window.Kernel).All(p => 2 * p.First <= p.Second);
        var padded = own ? input : functional.pad(input, window.TorchPads, PaddingModes.Constant, double.NegativeInfinity);
        return functional.max_pool2d(padded, window.Kernel, window.Strides, own ? window.Begins : [0, 0], window.Dilations, ceil);
    }

    private static TorchTensor AveragePool(NodeCall call)
    {
        var (input, window, ceil) = Parts(call);
        if (window.Dilations.Any(d => d != 1)) throw call.Unsupported("an average over a dilated window is not known");
        var counts = call.Node.Int("count_include_pad", 0) == 1;
        if (window.IsSymmetric) return functional.avg_pool2d(input, window.Kernel, window.Strides, window.Begins, ceil, counts);
        var sums = Sums(input);
        if (counts) return sums * Scalars.Of(1.0 / (window.Kernel[0] * window.Kernel[1]));
        using var ones = torch.ones_like(input);
        return sums / Sums(ones);

        TorchTensor Sums(TorchTensor of) =>
            functional.avg_pool2d(functional.pad(of, window.TorchPads, PaddingModes.Constant, 0), window.Kernel, window.Strides, [0, 0], ceil, true, 1);
    }

    private static TorchTensor ReduceMean(NodeCall call)
    {
        var axes = call.OptionalLongs(1, "axes") ?? [.. Enumerable.Range(0, call.Input(0).shape.Length).Select(a => (long)a)];
        return call.Input(0).mean(axes, keepdim: call.Node.Int("keepdims", 1) == 1);
    }

    private static (TorchTensor Input, SpatialWindow Window, bool Ceil) Parts(NodeCall call)
    {
        var kernel = call.Node.IntsOrNull("kernel_shape") ?? throw call.Unsupported("its 'kernel_shape' is missing");
        var input = call.Input(0);
        return (input, SpatialWindow.Of(call, input, [.. kernel.Select(k => (long)k)]), call.Node.Int("ceil_mode", 0) == 1);
    }
}
