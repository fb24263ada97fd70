using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>Shapes that a model reads off its own values, as exporters write <c>x.view(b, c, 1, 1)</c>.</summary>
internal static class Counting
{
    /// <summary>One extent of a value, as a list of one number.</summary>
    public static string Extent(GraphBuilder b, string value, int axis)
    {
        var shape = b.Node("Shape", [value], [b.ShapeOf(value).Length]);
        return b.Node("Gather", [shape, Longs(b, $"{shape}.axis", axis)], [1]);
    }

    /// <param name="pieces">Of the shape: extents of values, and constants.</param>
    public static string View(GraphBuilder b, string x, ImmutableArray<int> to, string name, params ReadOnlySpan<string> pieces)
    {
        var shape = b.Node("Concat", pieces.ToArray(), [to.Length], $"{name}.shape", ("axis", new AttributeValue.Int(0)));
        return b.Node("Reshape", [x, shape], to, name);
    }

    public static string Longs(GraphBuilder b, string name, params long[] values) => b.Constant(name, Tensor.Of(values, values.Length));
}
