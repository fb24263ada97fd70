using CPrune.Compiler.Schedules;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Space;

namespace CPrune.Tuning.Search;

/// <summary>Keeps a program from being measured twice, in this session or after an earlier one: different schedules can mean the same code.</summary>
internal sealed class Proposals(Sketch sketch, TaskState task)
{
    private readonly HashSet<string> _schedules = [];
    private readonly Lazy<HashSet<string>> _code = new(() =>
        [.. task.Programs.Select(r => sketch.Apply(Schedule.Parse(r.Schedule))).OfType<ScheduledNest>().Select(nest => CodeIdentity.Of(nest, sketch.Target))]);

    /// <summary>The program, if it is legal and new; it counts as proposed from then on.</summary>
    public Candidate? Accept(Schedule schedule)
    {
        if (task.Has(schedule) || !_schedules.Add(schedule.ToString()) || sketch.Apply(schedule) is not { } nest) return null;
        return _code.Value.Add(CodeIdentity.Of(nest, sketch.Target)) ? new Candidate(nest, ProgramFeatures.Of(nest, sketch.Target)) : null;
    }
}
