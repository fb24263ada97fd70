using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Schedules;

/// <summary>
/// Where lanes are partial sums over channels and the last channels do not fill a vector: positions of the window put theirs side by side, because all of
/// them go into the same sum. 37 channels under a window of 3 are 3 · 2 vectors and 3 · 5 lanes, which fit into one. Not a decision of the schedule: it
/// is done wherever it saves vectors.
/// </summary>
/// <param name="Axis">The reduction axis whose positions share vectors.</param>
/// <param name="Taps">Its extent.</param>
/// <param name="Channels">Elements of the lanes' axis behind the last full vector.</param>
/// <param name="Lanes">Lanes of a vector.</param>
public sealed record SharedTaps(string Axis, int Taps, int Channels, int Lanes)
{
    /// <summary>Vectors that the elements of all positions take.</summary>
    public int Vectors => AxisSplit.CeilDiv(Taps * Channels, Lanes);

    /// <summary>Loads that put the vectors together for one pixel: one for each position, two where its elements lie in two vectors.</summary>
    public int Loads => Enumerable.Range(0, Taps).Sum(t => ((t + 1) * Channels - 1) / Lanes - t * Channels / Lanes + 1);

    /// <summary>What a nest shares; null where lanes are no partial sums, or it would save nothing.</summary>
    public static SharedTaps? Of(ScheduledNest nest)
    {
        if (!nest.SumsLanes || nest.LaneLoop is not { } lane) return null;
        return Of(nest.Computation, lane.Axis, lane.Extent, axis => nest.LoopsOf(axis).Length == 1);
    }

    /// <summary>The axis that saves most, of those that <paramref name="isWhole"/> allows; of equals the last one, columns of the window.</summary>
    public static SharedTaps? Of(Computation computation, string laneAxis, int lanes, Func<string, bool> isWhole)
    {
        var channels = computation[laneAxis].Extent % lanes;
        if (channels == 0) return null;
        return computation.Axes.Where(a => a.Kind == AxisKind.Reduction && a.Name != laneAxis && isWhole(a.Name) && IsPossible(computation, laneAxis, a.Name))
            .Select(a => new SharedTaps(a.Name, a.Extent, channels, lanes))
            .Where(t => t.Vectors < t.Taps)
            .Reverse().MinBy(t => (double)t.Vectors / t.Taps);
    }

    /// <summary>Whether all that differs from position to position differs from lane to lane, and packed weights have both.</summary>
    private static bool IsPossible(Computation computation, string laneAxis, string axis) => computation.Term.Reads().All(read =>
    {
        var (byLane, byTap) = (Mentions(read, laneAxis), Mentions(read, axis));
        return read.Buffer.Role == BufferRole.Weight ? byLane == byTap : byLane || !byTap;
    });

    private static bool Mentions(Expr.Read read, string axis) => read.Indices.Any(i => i.CoefficientOf(axis) != 0);
}
