using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Models.Chains;

/// <summary>
/// A schedule with the same register tile and the loop over rows outermost and parallel, so that its kernel can be asked for a part of the rows.
/// </summary>
internal static class RowSchedule
{
    /// <summary>Null where the computation has no rows to walk, or the schedule cannot be turned so.</summary>
    public static ScheduledNest? Of(Computation computation, Schedule schedule, Target target)
    {
        if (!computation.Has(RowSpan.Axis) || computation[RowSpan.Axis].Kind != AxisKind.Spatial) return null;
        if (ScheduledNest.Apply(computation, schedule, target) is not ScheduleResult.Ok { Nest: var nest }) return null;
        var tile = nest.LoopsOf(RowSpan.Axis).FirstOrDefault(l => l.Role == LoopRole.Register);
        var (outer, inner) = tile is null ? (RowSpan.Axis, "") : ($"{RowSpan.Axis}.0", $"{RowSpan.Axis}.1");
        var primitives = schedule.Primitives
            .Where(p => p is Primitive.Split split ? split.Axis != RowSpan.Axis : p is not (Primitive.Reorder or Primitive.RegisterTile or Primitive.Parallel))
            .ToList();
        if (tile is not null) primitives.Add(new Primitive.Split(RowSpan.Axis, [tile.Extent]));
        primitives.Add(new Primitive.Reorder([outer, .. nest.Loops.Where(l => l.Axis != RowSpan.Axis || l == tile).Select(Name)]));
        if (nest.Loops.Any(l => l.Role == LoopRole.Register))
            primitives.Add(new Primitive.RegisterTile([.. nest.Loops.Where(l => l.Role == LoopRole.Register).Select(Name)]));
        primitives.Add(new Primitive.Parallel(outer));
        return ScheduledNest.Apply(computation, new Schedule([.. primitives]), target) is ScheduleResult.Ok turned ? turned.Nest : null;

        string Name(ScheduledLoop loop) => loop.Axis == RowSpan.Axis ? inner : loop.Name;
    }
}
