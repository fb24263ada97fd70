using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>NumPy's broadcasting: shapes are aligned at the last axis, extents of 1 are repeated.</summary>
public static class Broadcast
{
    /// <summary>The common shape, or null where two extents differ and neither is 1.</summary>
    public static ImmutableArray<int>? ShapeOrNull(ImmutableArray<int> a, ImmutableArray<int> b)
    {
        var shape = new int[Math.Max(a.Length, b.Length)];
        for (var back = 1; back <= shape.Length; back++)
        {
            var x = back <= a.Length ? a[^back] : 1;
            var y = back <= b.Length ? b[^back] : 1;
            if (x != y && x != 1 && y != 1) return null;
            shape[^back] = x == 1 ? y : x;
        }

        return [.. shape];
    }

    /// <summary>For each element of <paramref name="target"/>, the offset of the element of <paramref name="source"/> that it reads.</summary>
    public static int[] Offsets(ImmutableArray<int> source, ImmutableArray<int> target)
    {
        var strides = new int[target.Length];
        var own = Shapes.Strides(source);
        for (var back = 1; back <= source.Length; back++) strides[^back] = source[^back] == 1 ? 0 : own[^back];
        return Strided.Offsets(target, strides, 0);
    }
}
