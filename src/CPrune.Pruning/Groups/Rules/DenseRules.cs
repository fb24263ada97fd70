using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups.Rules;

/// <summary>What <c>Gemm</c> and <c>MatMul</c> share: a matrix whose rows (or columns) consume the last axis of the input.</summary>
internal static class DenseLayer
{
    public static string NoMatrix(Node node) => $"the weight of {node.Label} is not a constant matrix";

    /// <summary>Records the layer and returns its outputs' channels. An input whose channels are not on its last axis is left alone.</summary>
    public static ImmutableArray<int> Add(Node node, ChannelPropagation walk, Tensor weight, int reductionAxis, ChannelLayout input)
    {
        var filterAxis = 1 - reductionAxis;
        if (input is ChannelLayout.Known other && (other.Axis != other.Rank - 1 || other.Atoms.Length != weight.Shape[reductionAxis]))
            input = walk.Refused(other, $"{node.Label} does not sum over the channels it is given");
        var inputs = input is ChannelLayout.Known known
            ? known.Atoms
            : walk.Atoms.FreshFrozen(weight.Shape[reductionAxis], ((ChannelLayout.Opaque)input).Reason);
        var filters = walk.Atoms.Fresh(weight.Shape[filterAxis]);
        walk.UseConstant(node.Inputs[1], NoMatrix(node), (filterAxis, filters), (reductionAxis, inputs));
        walk.AddLayer(node, filterAxis, filters, reductionAxis, inputs, 1);
        return filters;
    }
}

/// <summary><c>Gemm</c> with a constant matrix: a dense layer with its bias.</summary>
internal sealed class GemmRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.Constants.TensorOf(node.InputOrNull(1)) is not { Shape.Length: 2 } weight) return DenseLayer.NoMatrix(node);
        var bias = node.InputOrNull(2);
        if (bias is not null && walk.Constants.RootOf(bias) is null) return $"the bias of {node.Label} is not a constant";
        if (node.Int("transA", 0) != 0) return $"{node.Label} transposes its input";
        if (walk.LayoutOf(node.InputOrNull(0)) is not { } input) return $"{node.Label} multiplies a constant";
        var reductionAxis = node.Int("transB", 0) == 0 ? 0 : 1;
        var filters = DenseLayer.Add(node, walk, weight, reductionAxis, input);
        walk.UseBroadcastConstant(node, bias, 2, 1, filters);
        walk.SetLayout(node.Output, new ChannelLayout.Known(2, 1, filters));
        return null;
    }
}

/// <summary><c>MatMul</c> with a constant matrix on the right: a dense layer along the last axis.</summary>
internal sealed class MatMulRule : IChannelRule
{
    public string? Apply(Node node, ChannelPropagation walk)
    {
        if (walk.Constants.TensorOf(node.InputOrNull(1)) is not { Shape.Length: 2 } weight) return DenseLayer.NoMatrix(node);
        if (walk.LayoutOf(node.InputOrNull(0)) is not { } input) return $"{node.Label} multiplies a constant";
        var rank = input is ChannelLayout.Known known ? known.Rank : walk.ShapeOrNull(node.Inputs[0])?.Length;
        if (rank is not { } r) return ((ChannelLayout.Opaque)input).Reason;
        var filters = DenseLayer.Add(node, walk, weight, 0, input);
        walk.SetLayout(node.Output, new ChannelLayout.Known(r, r - 1, filters));
        return null;
    }
}
