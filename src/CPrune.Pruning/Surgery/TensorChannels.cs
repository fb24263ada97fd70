using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Surgery;

/// <summary>Channels of one axis of a tensor taken out, or set to zero.</summary>
internal static class TensorChannels
{
    /// <summary>The tensor with only the given indices of an axis, in the given order.</summary>
    public static Tensor Keep(Tensor tensor, int axis, ImmutableArray<int> indices) =>
        tensor.Type == ElementType.Int64
            ? Tensor.Of(Gather(tensor.Longs, tensor.Shape, axis, indices), tensor.Shape.SetItem(axis, indices.Length))
            : Tensor.Of(Gather(tensor.Floats, tensor.Shape, axis, indices), tensor.Shape.SetItem(axis, indices.Length));

    /// <summary>The tensor with zeros at the indices of an axis for which <paramref name="isZero"/> holds.</summary>
    public static Tensor Zero(Tensor tensor, int axis, Func<int, bool> isZero)
    {
        var data = tensor.Floats.ToArray();
        var (inner, extent) = (Shapes.Count(tensor.Shape[(axis + 1)..]), tensor.Shape[axis]);
        for (var block = 0; block < data.Length / inner; block++)
            if (isZero(block % extent)) data.AsSpan(block * inner, inner).Clear();
        return Tensor.Of(data, tensor.Shape);
    }

    private static T[] Gather<T>(ReadOnlySpan<T> source, ImmutableArray<int> shape, int axis, ImmutableArray<int> indices)
    {
        var (outer, inner) = (Shapes.Count(shape[..axis]), Shapes.Count(shape[(axis + 1)..]));
        var result = new T[outer * indices.Length * inner];
        for (var o = 0; o < outer; o++)
            for (var i = 0; i < indices.Length; i++)
                source.Slice((o * shape[axis] + indices[i]) * inner, inner).CopyTo(result.AsSpan((o * indices.Length + i) * inner));
        return result;
    }
}
