using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>A buffer as it lies in memory: weights in their packed extents.</summary>
/// <param name="Slot">Its place among the kernel's arguments.</param>
public sealed record PhysicalBuffer(int Slot, BufferRole Role, ImmutableArray<int> Extents)
{
    /// <summary>Elements that may be read behind the end of an activation: every buffer has 64 readable bytes there.</summary>
    public const int Slack = 16;

    /// <inheritdoc cref="BufferSpec.Block"/>
    public int Block { get; init; }

    public string Name => Role == BufferRole.Output ? "out" : $"in{Slot}";

    public long Length => Extents.Aggregate(1L, (n, e) => n * e);

    /// <summary>An element's place in memory.</summary>
    public AffineIndex Flat(ImmutableArray<AffineIndex> indices)
    {
        if (Block == 0) return Flat(indices, Extents);
        // As blocks, rows, columns, channels of a block.
        var (block, channel) = Blocked(indices[^1]);
        return Flat([block, .. indices[..^1], channel], [Extents[^1] / Block, .. Extents[..^1], Block]);
    }

    /// <summary>A channel as block and channel within it, which is right where the latter's range is a block's.</summary>
    public (AffineIndex Block, AffineIndex Channel) Blocked(AffineIndex channel)
    {
        var whole = channel.Terms.Where(t => t.Coefficient % Block == 0).Select(t => t with { Coefficient = t.Coefficient / Block });
        var (block, rest) = Math.DivRem(channel.Offset, Block);
        return (new AffineIndex([.. whole], block), new AffineIndex([.. channel.Terms.Where(t => t.Coefficient % Block != 0)], rest));
    }

    private static AffineIndex Flat(ImmutableArray<AffineIndex> indices, ImmutableArray<int> extents)
    {
        var flat = AffineIndex.Constant(0);
        for (var d = 0; d < indices.Length; d++) flat = flat.Times(extents[d]).Plus(indices[d]);
        return flat;
    }
}

/// <summary>
/// A task's program before code generation: loops around register tiles. Inputs come first in <see cref="Buffers"/>, the output last; the
/// output shares no memory with an input, because overlapped tiles compute elements twice; without such it may lie on an input that is read at its own element only.
/// </summary>
/// <param name="Lanes">Lanes of a value; 1 for scalar code.</param>
/// <param name="LaneVariable">Stands in indices for the lane a value's element belongs to; null for scalar code.</param>
/// <param name="ParallelExtent">Turns of the parallel loop; 1 where there is none.</param>
public sealed record LoopNest(
    ImmutableArray<PhysicalBuffer> Buffers, int Lanes, string? LaneVariable, int ParallelExtent, ImmutableArray<Statement> Body)
{
    /// <summary>How far ahead of each vector of weights another is asked for, in bytes; 0 for not at all.</summary>
    public int WeightPrefetch { get; init; }

    public PhysicalBuffer Output => Buffers[^1];

    public override string ToString() => LoopText.Write(this);
}
