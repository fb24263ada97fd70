using CPrune.Graph.Operators;
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
        var input = call.Input(0);
        var attributes = PoolAttributes.Of(call.Node, SpatialWindow.ShapeOf(input));
        var window = new SpatialWindow(attributes.Window);
        // Torch refuses pads above half a window, and knows only symmetric ones.
        var own = window.IsSymmetric && window.SymmetricPads.Zip(window.Kernel).All(p => 2 * p.First <= p.Second);
        var padded = own ? input : functional.pad(input, window.AllPads, PaddingModes.Constant, double.NegativeInfinity);
        return functional.max_pool2d(padded, window.Kernel, window.Strides, own ? window.SymmetricPads : [0, 0], window.Dilations, attributes.CeilMode);
    }

    private static TorchTensor AveragePool(NodeCall call)
    {
        var input = call.Input(0);
        var attributes = PoolAttributes.Of(call.Node, SpatialWindow.ShapeOf(input));
        var window = new SpatialWindow(attributes.Window);
        if (window.Dilations.Any(d => d != 1)) throw call.Unsupported("an average over a dilated window is not known");
        if (window.IsSymmetric)
        {
            return functional.avg_pool2d(
                input, window.Kernel, window.Strides, window.SymmetricPads, attributes.CeilMode, attributes.CountIncludePad);
        }

        var sums = Sums(input);
        if (attributes.CountIncludePad) return sums * Scalars.Of(1.0 / (window.Kernel[0] * window.Kernel[1]));
        using var ones = torch.ones_like(input);
        return sums / Sums(ones);

        TorchTensor Sums(TorchTensor of) => functional.avg_pool2d(
            functional.pad(of, window.AllPads, PaddingModes.Constant, 0), window.Kernel, window.Strides, [0, 0], attributes.CeilMode, true, 1);
    }

    private static TorchTensor ReduceMean(NodeCall call)
    {
        var axes = call.OptionalLongs(1, "axes") ?? [.. Enumerable.Range(0, call.Input(0).shape.Length).Select(a => (long)a)];
        return call.Input(0).mean(axes, keepdim: call.Node.Int("keepdims", 1) == 1);
    }
}
