using CPrune.Tuning.Search;

namespace CPrune.Tuning.TaskScheduler;

/// <summary>
/// Says which task the next batch goes to: the one from which a trial is expected to take the most off the model's time. The expectation mixes what the
/// last batches brought with an optimistic guess that time falls as 1/trials (the gradient of Ansor, OSDI 2020, section 6), both times what the task's time
/// counts in the model.
/// </summary>
internal static class TrialAllocator
{
    private const double PastShare = 0.2;
    private const int Window = 3;

    /// <summary>The next task, or null when none can take a trial.</summary>
    /// <param name="weights">Seconds of the model that a second saved in a task saves; 0 for one that no trial helps.</param>
    public static TaskState? Next(IEnumerable<TaskState> tasks, IReadOnlyDictionary<TaskState, double> weights) =>
        tasks.Where(t => !t.IsExhausted && weights[t] > 0).OrderByDescending(t => weights[t] * ExpectedGain(t)).ThenBy(t => t.Key, StringComparer.Ordinal)
            .FirstOrDefault();

    /// <summary>Seconds of the task's time per trial.</summary>
    public static double ExpectedGain(TaskState task)
    {
        // Nothing measured: this task comes first, whatever the others promise.
        if (task.History.Count == 0) return double.PositiveInfinity;
        var now = task.History[^1];
        var before = task.History[Math.Max(0, task.History.Count - Window)];
        var past = now.Trials > before.Trials ? Math.Max(0, before.Seconds - now.Seconds) / (now.Trials - before.Trials) : 0;
        var future = now.Seconds / now.Trials;
        return PastShare * past + (1 - PastShare) * future;
    }
}
