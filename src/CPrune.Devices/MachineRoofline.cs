using System.Collections.Immutable;

namespace CPrune.Devices;

/// <summary>How fast data of some place can be read.</summary>
/// <param name="Place"><c>L1</c>, <c>L2</c>, …, or <c>memory</c>.</param>
/// <param name="Bytes">What was read over and over.</param>
/// <param name="BytesPerSecond">All threads together.</param>
public sealed record ReadRate(string Place, long Bytes, double BytesPerSecond);

/// <summary>
/// What this machine can do at best with the target's instructions and threads, measured: no program is faster than its arithmetic at
/// <see cref="FlopsPerSecond"/>, nor than its unavoidable reading at <see cref="BytesPerSecond"/> (Williams, Waterman and Patterson, "Roofline", 2009).
/// </summary>
/// <param name="FlopsPerSecond">Single-precision operations, two a multiply-add, of all threads together.</param>
/// <param name="Reads">From the nearest cache outwards; the last is memory.</param>
/// <param name="LastLevelCacheBytes">What of a model's data can stay on the chip from one image to the next.</param>
public sealed record MachineRoofline(int Threads, double FlopsPerSecond, ImmutableArray<ReadRate> Reads, long LastLevelCacheBytes)
{
    /// <summary>Streaming from memory what no cache holds.</summary>
    public double BytesPerSecond => Reads[^1].BytesPerSecond;

    /// <summary>Seconds below which no program can be.</summary>
    /// <param name="streamedBytes">Bytes that must come from memory.</param>
    public double Seconds(double flops, double streamedBytes) => Math.Max(flops / FlopsPerSecond, streamedBytes / BytesPerSecond);
}
