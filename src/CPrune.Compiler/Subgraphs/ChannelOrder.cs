using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>Lists of channels that are not in order: where channel <c>i</c> of a value lies is element <c>i</c> of the list.</summary>
internal static class ChannelOrder
{
    /// <summary>The channels from the first in memory to the last; null where one occurs twice.</summary>
    public static ImmutableArray<int>? Sorted(ImmutableArray<int> order)
    {
        ImmutableArray<int> sorted = [.. order.Distinct().Order()];
        return sorted.Length == order.Length ? sorted : null;
    }

    /// <summary>The order that is left when the channels are moved together: their ranks.</summary>
    public static ImmutableArray<int> Ranks(ImmutableArray<int> order, ImmutableArray<int> sorted) => [.. order.Select(o => sorted.BinarySearch(o))];

    /// <summary>A constant with what belongs to channel <c>i</c> of an axis moved to <c>order[i]</c>; itself where there is no order.</summary>
    public static Tensor Moved(Tensor constant, int axis, ImmutableArray<int> order)
    {
        if (order.IsDefault) return constant;
        var inner = Shapes.Count(constant.Shape[(axis + 1)..]);
        var given = constant.Floats;
        var moved = new float[given.Length];
        for (var i = 0; i < given.Length / inner; i++)
        {
            var (outer, channel) = Math.DivRem(i, order.Length);
            given.Slice(i * inner, inner).CopyTo(moved.AsSpan((outer * order.Length + order[channel]) * inner));
        }

        return Tensor.Of(moved, constant.Shape);
    }
}

/// <summary>Channels that one loop copies: <c>To + ToStep·i</c> is taken from <c>From + FromStep·i</c>.</summary>
internal readonly record struct ChannelRun(int From, int FromStep, int To, int ToStep, int Count)
{
    /// <summary>Few runs that put the channels in order: contiguous where they are read, or where they are written.</summary>
    public static IReadOnlyList<ChannelRun> Of(ImmutableArray<int> order)
    {
        (int From, int To)[] pairs = [.. order.Select((from, to) => (from, to))];
        var written = Runs(pairs, (a, b) => b.To == a.To + 1);
        var read = Runs([.. pairs.OrderBy(p => p.From)], (a, b) => b.From == a.From + 1);
        return written.Count <= read.Count ? written : read;
    }

    private static List<ChannelRun> Runs((int From, int To)[] pairs, Func<(int From, int To), (int From, int To), bool> continues)
    {
        var runs = new List<ChannelRun>();
        for (var first = 0; first < pairs.Length;)
        {
            var (step, count) = ((From: 1, To: 1), 1);
            for (; first + count < pairs.Length; count++)
            {
                var (last, next) = (pairs[first + count - 1], pairs[first + count]);
                var move = (From: next.From - last.From, To: next.To - last.To);
                if (!continues(last, next) || move.From < 1 || move.To < 1 || (count > 1 && move != step)) break;
                step = move;
            }

            runs.Add(new ChannelRun(pairs[first].From, step.From, pairs[first].To, step.To, count));
            first += count;
        }

        return runs;
    }
}
