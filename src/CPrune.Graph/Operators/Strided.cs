using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>Data movement as a list of offsets: what Slice, Transpose, Pad, Gather and broadcasting have in common.</summary>
internal static class Strided
{
    /// <summary>Marks an element that is filled instead of read.</summary>
    public const int Fill = -1;

    /// <summary>Row-major over <paramref name="shape"/>: <paramref name="start"/> + the sum of index × stride over the axes.</summary>
    public static int[] Offsets(ImmutableArray<int> shape, ReadOnlySpan<int> strides, int start)
    {
        var offsets = new int[Shapes.Count(shape)];
        var index = new int[shape.Length];
        var offset = start;
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = offset;
            for (var axis = shape.Length - 1; axis >= 0; axis--)
            {
                offset += strides[axis];
                if (++index[axis] < shape[axis]) break;
                offset -= shape[axis] * strides[axis];
                index[axis] = 0;
            }
        }

        return offsets;
    }

    /// <summary>A tensor of the source's type whose element i is the source's element <c>offsets[i]</c>.</summary>
    public static Tensor Pick(Tensor source, ImmutableArray<int> shape, int[] offsets, float fill = 0) => source.Type switch
    {
        ElementType.Float32 => Tensor.Of(Pick(source.Floats, offsets, fill), shape),
        ElementType.Int64 => Tensor.Of(Pick(source.Longs, offsets, (long)fill), shape),
        _ => Tensor.OfRaw(source.Type, PickBytes(source, offsets), shape),
    };

    private static T[] Pick<T>(ReadOnlySpan<T> source, int[] offsets, T fill)
    {
        var picked = new T[offsets.Length];
        for (var i = 0; i < picked.Length; i++) picked[i] = offsets[i] == Fill ? fill : source[offsets[i]];
        return picked;
    }

    private static byte[] PickBytes(Tensor source, int[] offsets)
    {
        var size = source.Raw.Length / Math.Max(source.Count, 1);
        var picked = new byte[offsets.Length * size];
        for (var i = 0; i < offsets.Length; i++)
            if (offsets[i] != Fill) source.Raw.Slice(offsets[i] * size, size).CopyTo(picked.AsSpan(i * size));
        return picked;
    }
}
