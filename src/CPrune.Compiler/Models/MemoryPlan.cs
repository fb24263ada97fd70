using System.Collections.Immutable;

namespace CPrune.Compiler.Models;

/// <summary>A buffer of the workspace and when it is needed: from the step that first writes it to the last one that reads it.</summary>
public sealed record BufferLife(string Name, long Bytes, int First, int Last)
{
    public bool Meets(BufferLife other) => First <= other.Last && other.First <= Last;
}

/// <summary>
/// Where every buffer lies in one workspace. Buffers that are never needed at the same step may share memory; each begins on a cache line and has
/// <see cref="Slack"/> readable bytes behind its end.
/// </summary>
public sealed record MemoryPlan(ImmutableSortedDictionary<string, long> Offsets, long Bytes)
{
    public const int Alignment = 64;

    /// <summary>What a kernel's last vector may read beyond a buffer's end, in bytes.</summary>
    public const int Slack = 64;

    /// <summary>
    /// The largest first, each at the lowest place free during its whole life (greedy by size: Pisarchyk and Lee, "Efficient Memory Management for Deep
    /// Neural Net Inference", 2020).
    /// </summary>
    public static MemoryPlan Of(IEnumerable<BufferLife> buffers)
    {
        var offsets = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        var placed = new List<(BufferLife Life, long Begin, long End)>();
        var total = 0L;
        foreach (var buffer in buffers.OrderByDescending(b => b.Bytes).ThenBy(b => b.First).ThenBy(b => b.Name, StringComparer.Ordinal))
        {
            var size = Occupied(buffer.Bytes);
            var begin = 0L;
            foreach (var other in placed.Where(p => p.Life.Meets(buffer)).OrderBy(p => p.Begin))
            {
                if (begin + size <= other.Begin) break;
                begin = Math.Max(begin, other.End);
            }

            placed.Add((buffer, begin, begin + size));
            offsets.Add(buffer.Name, begin);
            total = Math.Max(total, begin + size);
        }

        return new MemoryPlan(offsets.ToImmutable(), total);
    }

    /// <summary>A buffer with its slack, in whole cache lines.</summary>
    public static long Occupied(long bytes) => (bytes + Slack + Alignment - 1) / Alignment * Alignment;
}
