using CPrune.Graph.Operators;
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
        var attributes = ConvAttributes.Of(call.Node, SpatialWindow.ShapeOf(input), SpatialWindow.ShapeOf(weight));
        var window = new SpatialWindow(attributes.Window);
        if (window.SkipsPixels) (input, window) = (window.Subsample(input), window.Dense);
        var padded = window.IsSymmetric ? input : functional.pad(input, window.AllPads, PaddingModes.Constant, 0);
        return functional.conv2d(
            padded, weight, call.OptionalInput(2), window.Strides, window.IsSymmetric ? window.SymmetricPads : [0, 0], window.Dilations, attributes.Groups);
    }
}
