using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>What lanes run along: the lane axis, or a reduction axis whose partial sums they are.</summary>
public readonly record struct LaneChoice(string Axis, int Lanes)
{
    private static readonly int[] LaneCounts = [4, 8, 16];

    /// <summary>Every axis that vectors can run along, the lane axis first; none where memory is not contiguous.</summary>
    public static IEnumerable<LaneChoice> Of(Computation computation, Target target)
    {
        var filters = computation[computation.LaneAxis];
        var block = computation.BlockOf(filters.Name);
        if (filters.Extent > 1 && LaneAccess.Obstacle(computation) is null) yield return new LaneChoice(filters.Name, block > 0 ? block : Widest(filters.Extent, target));
        // Partial sums are stored filter by filter, and blocks are walked in vectors.
        if (block > 0) yield break;
        foreach (var axis in computation.Axes.Where(a => a.Kind == AxisKind.Reduction && a.Extent > 1))
            if (LaneAccess.Obstacle(computation, axis.Name) is null && !computation.Term.Reads().Any(r => IsPadded(computation, r, axis.Name)))
                yield return computation.BlockOf(axis.Name) is var step and > 0 ? new LaneChoice(axis.Name, step) : Fewest(computation, axis.Name, target);
    }

    /// <summary>The number of lanes that takes the fewest steps, the smaller of equals.</summary>
    private static LaneChoice Fewest(Computation computation, string axis, Target target) =>
        LaneCounts.Where(lanes => lanes <= target.MaxLanes).Select(lanes => new LaneChoice(axis, lanes))
            .MinBy(choice => choice.Steps(computation, SharedTaps.Of(computation, axis, choice.Lanes, _ => true)));

    /// <summary>Updates that each accumulator takes: the turns of all reduction axes, in vectors where lanes run along one.</summary>
    public double Steps(Computation computation, SharedTaps? taps)
    {
        var steps = 1.0;
        foreach (var axis in computation.Axes)
            if (axis.Kind == AxisKind.Reduction && axis.Name != Axis && axis.Name != taps?.Axis) steps *= axis.Extent;
        if (computation[Axis].Kind != AxisKind.Reduction) return steps;
        var (full, rest) = Math.DivRem(computation[Axis].Extent, Lanes);
        return steps * (taps is null ? full + (rest > 0 ? 1 : 0) : taps.Taps * full + taps.Vectors);
    }

    /// <summary>Whether every pixel would need a mask of its own, because a window along the axis reaches into the padding.</summary>
    private static bool IsPadded(Computation computation, Expr.Read read, string axis) =>
        read.Buffer.Role == BufferRole.Activation && read.Indices.Zip(read.Buffer.Extents).Any(d =>
        {
            var ends = d.First.Terms.Select(t => t.Coefficient * (computation[t.Axis].Extent - 1)).ToList();
            var (first, last) = (d.First.Offset + ends.Sum(e => Math.Min(e, 0)), d.First.Offset + ends.Sum(e => Math.Max(e, 0)));
            return d.First.CoefficientOf(axis) != 0 && (first < 0 || last >= d.Second);
        });

    /// <summary>The widest vector that wastes no whole vector's worth of lanes against a narrower one.</summary>
    private static int Widest(int extent, Target target)
    {
        var lanes = target.MaxLanes;
        while (lanes > 4 && AxisSplit.CeilDiv(extent, lanes / 2) <= AxisSplit.CeilDiv(extent, lanes)) lanes /= 2;
        return lanes;
    }
}
