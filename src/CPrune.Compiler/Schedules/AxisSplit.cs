using System.Collections.Immutable;

namespace CPrune.Compiler.Schedules;

/// <summary>Factors of a split on a given extent.</summary>
internal static class AxisSplit
{
    /// <summary>
    /// Extents of the loops, outermost first. A factor larger than what is left of the extent shrinks to it. A tile never exceeds its axis,
    /// because an overlapped tile must fit into it; where the last tile is shorter instead, tiles are counted, rounded up, and lanes keep their factor.
    /// </summary>
    public static ImmutableArray<int> Extents(int extent, ImmutableArray<int> factors, bool endsShort, bool vectorized)
    {
        var extents = new int[factors.Length + 1];
        var left = extent;
        for (var i = factors.Length - 1; i >= 0; i--)
        {
            var isLane = vectorized && i == factors.Length - 1;
            var factor = isLane ? factors[i] : Math.Min(factors[i], left);
            extents[i + 1] = factor;
            left = endsShort ? CeilDiv(left, factor) : left / factor;
        }
        var tile = extents.Skip(1).Aggregate(1, (n, f) => n * f);
        extents[0] = CeilDiv(extent, tile);
        return [.. extents];
    }

    public static int CeilDiv(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
