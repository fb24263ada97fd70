using CPrune.Compiler.Schedules;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Search;

/// <summary>Programs a search starts from, the most promising first.</summary>
internal static class Seeds
{
    private const int SimilarWorkloads = 2;

    /// <summary>
    /// The program of the task as it was before a cut, the untuned program, and the fastest programs of the most similar workloads. What cannot
    /// be replayed on these extents is left to the search's own legality check.
    /// </summary>
    public static IEnumerable<Schedule> For(TaskState task, Schedule? preserved, IRecordStore records)
    {
        if (preserved is not null) yield return preserved;
        yield return DefaultSchedule.For(task.Computation, task.Target);
        foreach (var similar in records.Similar(task.Target.Key, task.Key, task.Shape, SimilarWorkloads))
            yield return Schedule.Parse(similar.Schedule);
    }
}
