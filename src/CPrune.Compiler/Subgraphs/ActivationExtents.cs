using System.Collections.Immutable;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// One image's activation in the compiler's layout: rows, columns, channels, channels contiguous. A vector of features is one row and one column.
/// </summary>
internal readonly record struct ActivationExtents(int Rows, int Columns, int Channels)
{
    public int Count => checked(Rows * Columns * Channels);

    public bool IsVector => Rows == 1 && Columns == 1;

    /// <summary>The extents of an ONNX shape <c>[1,C,H,W]</c> or <c>[1,C]</c>; null for any other.</summary>
    public static ActivationExtents? Of(ImmutableArray<int> shape) => shape switch
    {
        [1, var channels, var rows, var columns] => new ActivationExtents(rows, columns, channels),
        [1, var features] => new ActivationExtents(1, 1, features),
        _ => null,
    };
}
