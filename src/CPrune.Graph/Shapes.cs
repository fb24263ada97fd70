using System.Collections.Immutable;

namespace CPrune.Graph;

/// <summary>Arithmetic on row-major shapes.</summary>
public static class Shapes
{
    public static int Count(ImmutableArray<int> shape)
    {
        var count = 1;
        foreach (var extent in shape) count = checked(count * extent);
        return count;
    }

    /// <summary>Row-major strides, in elements.</summary>
    public static ImmutableArray<int> Strides(ImmutableArray<int> shape)
    {
        var strides = new int[shape.Length];
        var step = 1;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        return [.. strides];
    }

    /// <summary>For example <c>[1,3,32,32]</c>.</summary>
    public static string Text(ImmutableArray<int> shape) => $"[{string.Join(',', shape)}]";
}
