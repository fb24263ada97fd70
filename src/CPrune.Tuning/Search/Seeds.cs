using CPrune.Compiler.Schedules;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Search;

/// <summary>
/// Programs that a search measures before its own proposals. What cannot be replayed on these extents is left to the search's legality check.
/// </summary>
internal static class Seeds
{
    private const int SimilarWorkloads = 2;
    private const int ProgramsOfNearest = 3;

    /// <summary>What a search starts from: the program of the task as it was before a cut, and the untuned one.</summary>
    public static IEnumerable<Schedule> First(TaskState task, Schedule? preserved)
    {
        if (preserved is not null) yield return preserved;
        yield return DefaultSchedule.For(task.Computation, task.Target);
    }

    /// <summary>
    /// The fastest programs so far of the most similar workload, and the fastest of the next; better ones turn up while the neighbours are tuned. Among
    /// the fastest of a neighbour, which differ by little there, is more often than not one that is fast here.
    /// </summary>
    public static IReadOnlyList<Schedule> Borrowed(TaskState task, IRecordStore records)
    {
        var similar = records.Similar(task.Conditions, task.Key, task.Shape, SimilarWorkloads, ProgramsOfNearest).GroupBy(r => r.Workload).ToList();
        return [.. similar.SelectMany((workload, place) => workload.Take(place == 0 ? ProgramsOfNearest : 1)).Select(r => Schedule.Parse(r.Schedule))];
    }
}
