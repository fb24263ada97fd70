using CPrune.Tuning.Records;
using CPrune.Tuning.Search;

namespace CPrune.Tuning.TaskScheduler;

/// <summary>
/// Which tasks need trials, and how many there are to spend. A task is settled when an earlier, completed tuning spent at least as many trials a
/// task as are asked for now; what was measured for the others before an interruption counts towards the request. Copies are bound by memory, whatever their
/// program: none is searched for.
/// </summary>
/// <param name="Open">Tasks that may take trials.</param>
/// <param name="Trials">Programs still to be measured.</param>
/// <param name="Effort">Trials a task that this request stands for.</param>
internal sealed record TrialBudget(IReadOnlyList<TaskState> Open, int Trials, double Effort)
{
    public static TrialBudget For(IReadOnlyList<TaskState> tasks, int trials, IRecordStore records)
    {
        var effort = (double)trials / Math.Max(tasks.Count, 1);
        var open = tasks.Where(t => !t.Task.Computation.IsCopy && records.Effort(t.Conditions, t.Key) < effort).ToList();
        return new TrialBudget(open, Math.Max(0, trials - open.Sum(t => t.Known)), effort);
    }
}
