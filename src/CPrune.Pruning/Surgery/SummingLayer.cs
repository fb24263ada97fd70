using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>A convolution or dense layer as sums over channels: which of its weights are zero.</summary>
internal sealed class SummingLayer
{
    private readonly bool[,] _weighs;
    private readonly int _filtersPerGroup;
    private readonly bool _isDense;
    private readonly Func<int, float?> _bias;

    /// <param name="weighs">For each filter and each channel of its group, whether any weight between them is not zero.</param>
    private SummingLayer(bool[,] weighs, int groups, bool isDense, Func<int, float?> bias)
    {
        (_weighs, _isDense, _bias) = (weighs, isDense, bias);
        (_filtersPerGroup, Channels) = (Filters / groups, weighs.GetLength(1) * groups);
    }

    public int Filters => _weighs.GetLength(0);

    /// <summary>Channels of the input, those of all groups together.</summary>
    public int Channels { get; }

    /// <summary>The layer that a node is; null for any other node, and where its weight is no constant of floats.</summary>
    public static SummingLayer? Of(Node node, ConstantTable constants)
    {
        if (node.Domain.Length > 0 || constants.TensorOf(node.InputOrNull(1)) is not { Type: ElementType.Float32, Shape.Length: >= 2 } weight) return null;
        return node.OpType switch
        {
            "Conv" => new SummingLayer(
                Weighs(weight, 0, 1), (int)node.Int("group", 1), isDense: false, BiasOf(node.InputOrNull(2), constants, weight.Shape[0], 1)),
            "Gemm" when node.Int("transB", 0) is var transposed && node.Int("transA", 0) == 0 => new SummingLayer(
                Weighs(weight, transposed == 1 ? 0 : 1, transposed == 1 ? 1 : 0), 1, isDense: true,
                BiasOf(node.InputOrNull(2), constants, weight.Shape[transposed == 1 ? 0 : 1], node.Float("beta", 1))),
            "MatMul" when weight.Shape.Length == 2 => new SummingLayer(Weighs(weight, 1, 0), 1, isDense: true, _ => 0),
            _ => null,
        };
    }

    /// <summary>The axis of an input of some rank along which the layer finds channels.</summary>
    public int SummedAxis(int rank) => _isDense ? rank - 1 : 1;

    /// <summary>Whether every term that a filter adds for one channel of its group is zero.</summary>
    /// <param name="index">Along the weight's axis of channels.</param>
    /// <param name="isZero">Whether a channel of the layer's input is always zero.</param>
    public bool AddsNothing(int filter, int index, Func<int, bool> isZero) =>
        !_weighs[filter, index] || isZero(ChannelOf(filter, index));

    /// <summary>The channel of the layer's input that a filter finds at an index of its weights.</summary>
    public int ChannelOf(int filter, int index) => (filter / _filtersPerGroup * _weighs.GetLength(1)) + index;

    /// <summary>The number a filter's output always is, or null where it depends on the image.</summary>
    public float? ConstantOf(int filter, Func<int, bool> isZero) =>
        Enumerable.Range(0, _weighs.GetLength(1)).All(index => AddsNothing(filter, index, isZero)) ? _bias(filter) : null;

    private static bool[,] Weighs(Tensor weight, int filterAxis, int channelAxis)
    {
        var weighs = new bool[weight.Shape[filterAxis], weight.Shape[channelAxis]];
        var data = weight.Floats;
        var (columns, taps) = (weight.Shape[1], Shapes.Count(weight.Shape[2..]));
        for (var i = 0; i < data.Length; i++)
        {
            if (data[i] == 0) continue;
            var (row, column) = (i / (taps * columns), i / taps % columns);
            if (filterAxis == 0) weighs[row, column] = true;
            else weighs[column, row] = true;
        }

        return weighs;
    }

    /// <summary>The bias of each filter, where it is a constant with one number each, or with one for all.</summary>
    private static Func<int, float?> BiasOf(string? name, ConstantTable constants, int filters, double factor)
    {
        if (name is null) return _ => 0;
        if (constants.TensorOf(name) is not { Type: ElementType.Float32 } bias) return _ => null;
        if (bias.Count == 1) return _ => (float)(factor * bias.Floats[0]);
        return bias.Count == filters && bias.Shape[^1] == filters ? filter => (float)(factor * bias.Floats[filter]) : _ => null;
    }
}
