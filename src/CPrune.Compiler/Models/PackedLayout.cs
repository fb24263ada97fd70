using System.Collections.Immutable;

namespace CPrune.Compiler.Models;

/// <summary>
/// How a weight lies in memory for one schedule: a permuted, tiled copy with zeros in the tail. Made by the kernel compiler, applied when a model is
/// compiled or a kernel is measured.
/// </summary>
/// <param name="LogicalExtents">The weight as the graph has it.</param>
/// <param name="Dimensions">Packed dimensions, outermost first: which logical dimension, how many turns, how far one turn moves.</param>
public sealed record PackedLayout(ImmutableArray<int> LogicalExtents, ImmutableArray<PackedDimension> Dimensions)
{
    /// <summary>Floats of the packed copy.</summary>
    public int Length => Dimensions.Aggregate(1, (n, d) => checked(n * d.Extent));

    /// <summary>The packed copy of <paramref name="logical"/> (row-major); elements outside the logical extents are zero.</summary>
    public void Pack(ReadOnlySpan<float> logical, Span<float> packed) => throw new NotImplementedException();
}

public readonly record struct PackedDimension(int Logical, int Extent, int Stride);
