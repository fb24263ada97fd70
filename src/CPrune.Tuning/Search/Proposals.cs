using CPrune.Compiler.Schedules;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Space;

namespace CPrune.Tuning.Search;

/// <summary>Keeps a program from being measured twice: by its schedule's text, and by its loops, because different schedules can mean the same code.</summary>
internal sealed class Proposals(Sketch sketch, TaskState task)
{
    private readonly HashSet<string> _schedules = [];
    private readonly HashSet<string> _code = [];

    /// <summary>The program, if it is legal and new; it counts as proposed from then on.</summary>
    public Candidate? Accept(Schedule schedule)
    {
        if (task.Has(schedule) || !_schedules.Add(schedule.ToString()) || sketch.Apply(schedule) is not { } nest) return null;
        return _code.Add(Code(nest)) ? new Candidate(nest, ProgramFeatures.Of(nest, sketch.Target)) : null;
    }

    /// <summary>
    /// What code generation depends on: the loops that turn more than once, with their roles. Comparing them costs a thousandth of comparing the
    /// generated text.
    /// </summary>
    private string Code(ScheduledNest nest) =>
        string.Join(' ', nest.Loops.Where(l => l.Extent > 1).Select(l => $"{l.Axis}:{l.Extent}x{l.Stride}{Role(l)}")) + $" {nest.WeightPrefetch}";

    /// <summary>On one thread a parallel loop is an ordinary one.</summary>
    private LoopRole Role(ScheduledLoop loop) => loop.Role == LoopRole.Parallel && sketch.Target.Threads == 1 ? LoopRole.Serial : loop.Role;
}
