using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// How one coordinate of a value moves along one dimension of a buffer: coordinate <c>i</c> in <c>[0, Extent)</c> lies at <c>Stride·i + Offset</c>;
/// a position outside <c>[0, Bound)</c> is padding.
/// </summary>
internal readonly record struct Walk(int Extent, int Stride, int Offset, int Bound)
{
    public static Walk Whole(int extent) => new(extent, 1, 0, extent);

    public bool IsWhole => Stride == 1 && Offset == 0 && Extent == Bound;

    public bool LeavesBuffer => Offset < 0 || Offset + Stride * (Extent - 1) >= Bound;

    /// <summary>
    /// Longer (or, with negative amounts, shorter) at both ends. Null where a new position would fall on an element of the buffer
    /// that the value does not show, so that it could not be told from padding.
    /// </summary>
    public Walk? Padded(int before, int after)
    {
        if (before > 0 && Offset - Stride >= 0) return null;
        if (after > 0 && Offset + Stride * Extent < Bound) return null;
        return new Walk(Extent + before + after, Stride, Offset - Stride * before, Bound);
    }

    public Walk Sliced(int start, int count, int step = 1) => new(count, Stride * step, Offset + Stride * start, Bound);

    /// <summary>The one element seen <paramref name="extent"/> times, or this walk where the extents agree.</summary>
    public Walk Broadcast(int extent) => Extent == extent ? this : this with { Extent = extent, Stride = 0 };

    /// <summary>The position in the buffer of coordinate <paramref name="index"/>.</summary>
    public AffineIndex At(AffineIndex index)
    {
        var stride = Stride;
        ImmutableArray<AffineTerm> terms = stride == 0
            ? []
            : [.. index.Terms.Select(t => t with { Coefficient = t.Coefficient * stride })];
        return new AffineIndex(terms, index.Offset * stride + Offset);
    }
}
