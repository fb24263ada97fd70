using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Tuning.Space;

/// <summary>
/// What generated code depends on, for one computation and target: the loops that turn more than once, with their roles, and the distance at which weights are
/// asked for. Schedules of one identity are one program, whatever their texts. Comparing it costs a thousandth of comparing the generated text.
/// </summary>
internal static class CodeIdentity
{
    public static string Of(ScheduledNest nest, Target target)
    {
        var written = WrittenOut(nest);
        return string.Join(' ', nest.Loops.Where(l => l.Extent > 1).Select(l => $"{l.Axis}:{l.Extent}x{l.Stride}{Role(l, written, target)}")) + $" {nest.WeightPrefetch}";
    }

    /// <summary>The axis that is written out whatever its loop's role, because its positions share every vector.</summary>
    private static string? WrittenOut(ScheduledNest nest) =>
        nest.SharedTaps is { } taps && taps.Channels == nest.Computation[nest.LaneLoop!.Axis].Extent ? taps.Axis : null;

    /// <summary>On one thread a parallel loop is an ordinary one.</summary>
    private static LoopRole Role(ScheduledLoop loop, string? written, Target target) =>
        loop.Axis == written || (loop.Role == LoopRole.Parallel && target.Threads == 1) ? LoopRole.Serial : loop.Role;
}
