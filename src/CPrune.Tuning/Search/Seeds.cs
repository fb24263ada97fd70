using CPrune.Compiler.Schedules;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Search;

/// <summary>
/// Programs that a search measures before its own proposals. What cannot be replayed on these extents is left to the search's legality check.
/// </summary>
internal static class Seeds
{
    private const int SimilarWorkloads = 2;

    /// <summary>What a search starts from: the program of the task as it was before a cut, and the untuned one.</summary>
    public static IEnumerable<Schedule> First(TaskState task, Schedule? preserved)
    {
        if (preserved is not null) yield return preserved;
        yield return DefaultSchedule.For(task.Computation, task.Target);
    }

    /// <summary>The fastest programs so far of the most similar workloads; better ones turn up while the neighbours are tuned.</summary>
    public static IEnumerable<Schedule> Borrowed(TaskState task, IRecordStore records) =>
        records.Similar(task.Conditions, task.Key, task.Shape, SimilarWorkloads).Select(r => Schedule.Parse(r.Schedule));
}
