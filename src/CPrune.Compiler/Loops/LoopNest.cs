using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>A buffer as it lies in memory: weights in their packed extents.</summary>
/// <param name="Slot">Its place among the kernel's arguments.</param>
public sealed record PhysicalBuffer(int Slot, BufferRole Role, ImmutableArray<int> Extents)
{
    /// <summary>Elements that may be read behind the end of an activation: every buffer has 64 readable bytes there.</summary>
    public const int Slack = 16;

    public string Name => Role == BufferRole.Output ? "out" : $"in{Slot}";

    public long Length => Extents.Aggregate(1L, (n, e) => n * e);

    /// <summary>Elements from one index of a dimension to the next.</summary>
    public long Stride(int dimension) => Extents.Skip(dimension + 1).Aggregate(1L, (n, e) => n * e);
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
