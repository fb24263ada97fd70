using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Constants of elementwise operators, broadcast against the output: a number, one a channel, one a position, or one an element.</summary>
internal static class ConstantReads
{
    /// <summary>
    /// The constant's element that belongs to the output's; null where it does not broadcast to the output's extents.
    /// </summary>
    /// <param name="rank">The output's rank in the graph, against which ONNX aligns the constant on the right.</param>
    public static Expr? Of(Tensor constant, int rank, Frame frame, OperandTable operands)
    {
        if (constant.Type != ElementType.Float32 || constant.Shape.Length > rank) return null;
        if (constant.Count == 1) return new Expr.Constant(constant.Floats[0]);
        int[] shape = [.. Enumerable.Repeat(1, rank - constant.Shape.Length), .. constant.Shape, .. Enumerable.Repeat(1, 4 - rank)];
        var extents = frame.Extents;
        if (shape[0] != 1 || !Fits(shape[1], extents.Channels) || !Fits(shape[2], extents.Rows) || !Fits(shape[3], extents.Columns)) return null;

        var dimensions = ImmutableArray.CreateBuilder<int>();
        var indices = ImmutableArray.CreateBuilder<AffineIndex>();
        if (shape[2] > 1) Add(shape[2], frame.Row);
        if (shape[3] > 1) Add(shape[3], frame.Column);
        if (shape[1] > 1)
            foreach (var axis in frame.ChannelAxes) Add(axis.Extent, AffineIndex.Of(axis.Name));
        return operands.Read(Tensor.Of(ChannelsLast(constant.Floats, shape, frame), dimensions.ToImmutable()), indices.ToImmutable());

        static bool Fits(int have, int want) => have == 1 || have == want;

        void Add(int extent, AffineIndex index)
        {
            dimensions.Add(extent);
            indices.Add(index);
        }
    }

    /// <summary>One value a channel.</summary>
    public static Expr PerChannel(float[] values, Frame frame, OperandTable operands) =>
        operands.Read(
            Tensor.Of(ChannelsLast(values, [1, values.Length, 1, 1], frame), frame.ChannelAxes.Select(a => a.Extent).ToImmutableArray()),
            [.. frame.ChannelAxes.Select(a => AffineIndex.Of(a.Name))]);

    private static float[] ChannelsLast(ReadOnlySpan<float> values, int[] shape, Frame frame)
    {
        var (channels, positions) = (shape[1], shape[2] * shape[3]);
        var order = channels > 1 ? frame.Order : default;
        var moved = new float[values.Length];
        for (var c = 0; c < channels; c++)
            for (var p = 0; p < positions; p++)
                moved[p * channels + (order.IsDefault ? c : order[c])] = values[c * positions + p];
        return moved;
    }
}
