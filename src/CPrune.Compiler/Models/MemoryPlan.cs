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

    /// <summary>Orders to try; few models need more than three.</summary>
    private const int MostAttempts = 64;

    /// <summary>
    /// The largest first, each at the lowest place free during its whole life (greedy by size: Pisarchyk and Lee, "Efficient Memory Management for Deep
    /// Neural Net Inference", 2020). While that takes more than the buffers of the fullest step, the buffer that ends highest is placed first instead.
    /// </summary>
    /// <param name="inPlace">By value, the value whose memory it takes over; null for none.</param>
    public static MemoryPlan Of(IEnumerable<BufferLife> buffers, IReadOnlyDictionary<string, string>? inPlace = null)
    {
        if (inPlace is null or { Count: 0 }) return Of([.. buffers]);
        var lives = buffers.ToList();
        var plan = Of(InPlace.Merge(lives, inPlace).ToList());
        return plan with { Offsets = lives.ToImmutableSortedDictionary(l => l.Name, l => plan.Offsets[InPlace.RootOf(l.Name, inPlace)], StringComparer.Ordinal) };
    }

    private static MemoryPlan Of(List<BufferLife> buffers)
    {
        var order = buffers.OrderByDescending(b => b.Bytes).ThenBy(b => b.First).ThenBy(b => b.Name, StringComparer.Ordinal).ToList();
        var least = LeastBytes(order);
        var (plan, highest) = Place(order);
        var best = plan;
        for (var attempt = 1; attempt < MostAttempts && best.Bytes > least; attempt++)
        {
            order.Remove(highest!);
            order.Insert(0, highest!);
            (plan, highest) = Place(order);
            if (plan.Bytes < best.Bytes) best = plan;
        }

        return best;
    }

    /// <summary>A buffer with its slack, in whole cache lines.</summary>
    public static long Occupied(long bytes) => (bytes + Slack + Alignment - 1) / Alignment * Alignment;

    /// <summary>What the buffers of the fullest step occupy: no plan takes less.</summary>
    private static long LeastBytes(List<BufferLife> buffers) =>
        buffers.Select(b => b.First).Distinct().Select(step => buffers.Where(b => b.First <= step && step <= b.Last).Sum(b => Occupied(b.Bytes))).Append(0).Max();

    /// <returns>The plan, and the buffer that ends where it ends.</returns>
    private static (MemoryPlan Plan, BufferLife? Highest) Place(List<BufferLife> order)
    {
        var offsets = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        var placed = new List<(BufferLife Life, long Begin, long End)>();
        foreach (var buffer in order)
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
        }

        var (highest, _, total) = placed.MaxBy(p => p.End);
        return (new MemoryPlan(offsets.ToImmutable(), total), highest);
    }
}
