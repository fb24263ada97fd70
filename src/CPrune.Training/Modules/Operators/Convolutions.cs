using TorchSharp;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Two-dimensional convolution: dense, grouped and depthwise.</summary>
internal static class Convolutions
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } = new Dictionary<string, TorchOperator> { ["Conv"] = Convolve };

    private static TorchTensor Convolve(NodeCall call)
    {
        var (input, weight) = (call.Input(0), call.Input(1));
        if (weight.shape.Length != 4) throw call.Unsupported($"its weight has {weight.shape.Length} axes, two-dimensional convolutions have 4");
        var window = SpatialWindow.Of(call, input, weight.shape[2..]);
        var padded = window.IsSymmetric ? input : functional.pad(input, window.TorchPads, PaddingModes.Constant, 0);
        return functional.conv2d(
            padded, weight, call.OptionalInput(2), window.Strides, window.IsSymmetric ? window.Begins : [0, 0], window.Dilations, call.Node.Int("group", 1));
    }
}
