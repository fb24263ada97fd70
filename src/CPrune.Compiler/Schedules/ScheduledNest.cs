using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>A schedule applied to a computation, or the reason why it cannot be.</summary>
public abstract record ScheduleResult
{
    private ScheduleResult()
    {
    }

    public sealed record Ok(ScheduledNest Nest) : ScheduleResult;

    public sealed record Refused(string Reason) : ScheduleResult;
}

/// <summary>A legal pair of computation and schedule: the loops, outermost first. This is what the pruner reads a step from.</summary>
public sealed record ScheduledNest(Computation Computation, Schedule Schedule, ImmutableArray<ScheduledLoop> Loops)
{
    /// <summary>Lanes of a vector; 1 where nothing is vectorised.</summary>
    public int Lanes => LaneLoop?.Extent ?? 1;

    /// <summary>How far ahead weights are asked for, in bytes; 0 for not at all.</summary>
    public int WeightPrefetch => Schedule.Primitives.OfType<Primitive.Prefetch>().FirstOrDefault()?.Bytes ?? 0;

    /// <summary>The vectorised loop: of the computation's lane axis, or of a reduction axis, whose lanes are partial sums.</summary>
    public ScheduledLoop? LaneLoop => Loops.FirstOrDefault(l => l.Role == LoopRole.Lane);

    /// <summary>Whether lanes are partial sums, which are added up at the end of the reduction.</summary>
    public bool SumsLanes => LaneLoop is { } lane && Computation[lane.Axis].Kind == AxisKind.Reduction;

    /// <summary>Whether the last tile of an axis is shorter than the others, and not moved back to end with the axis.</summary>
    public bool EndsShort(string axis) => LaneLoop is not null && axis == Computation.LaneAxis;

    /// <summary>How the end of the vectorised axis shares accumulators; null where it does not.</summary>
    public SharedTail? SharedTail => SharedTail.Of(this);

    /// <summary>How positions of the window share vectors of the last channels, where lanes are partial sums; null where they do not.</summary>
    public SharedTaps? SharedTaps => SharedTaps.Of(this);

    /// <summary>The loops an axis was split into, outermost first: 64 filters as 2 × 2 × 16.</summary>
    public ImmutableArray<ScheduledLoop> LoopsOf(string axis) =>
        [.. Loops.Where(l => l.Axis == axis).OrderByDescending(l => l.Stride).ThenBy(l => l.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Applies a schedule: a pure function, no side effects. What is accepted here can be lowered. Replay on another extent: an inner
    /// factor larger than the extent shrinks to it, the lane factor stays and its tail is masked.
    /// </summary>
    public static ScheduleResult Apply(Computation computation, Schedule schedule, Target target) =>
        new ScheduleApplication(computation, schedule, target).Apply();
}
