using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;

namespace CPrune.Tuning;

/// <param name="Trials">Programs to measure over all tasks; what records already hold does not count.</param>
/// <param name="TimeLimit">Stop after this time with the best so far; null for none.</param>
/// <param name="Seed">Same seed and same measurements give the same trials.</param>
/// <param name="Preserved">
/// Schedules to replay first, by task key: after a cut, the program of the uncut task (docs/how-it-works.md, "Beyond the paper").
/// </param>
public sealed record TuningOptions(int Trials, TimeSpan? TimeLimit, int Seed, IReadOnlyDictionary<string, Schedule> Preserved)
{
    /// <summary>
    /// Which of the tasks do the same work. A task that only alternatives need that cannot win any more takes no trials. Every task of the winning
    /// alternatives is in the result. Where there are none, every task is wanted.
    /// </summary>
    public ImmutableArray<Contest> Contests { get; init; } = [];
}

/// <summary>A task with its fastest program: a row of table C.</summary>
/// <param name="Latency">Time of one call of the program.</param>
/// <param name="Trials">Programs measured for it in this call.</param>
public sealed record TunedTask(TuningTask Task, Schedule Schedule, LatencyEstimate Latency, int Trials)
{
    /// <summary>Time × multiplicity: what the walk is ordered by.</summary>
    public double TotalSeconds => Latency.Median * Task.Multiplicity;
}

public sealed record TuningResult(IReadOnlyList<TunedTask> Tasks, int Trials, TimeSpan Elapsed)
{
    /// <summary>Schedules by task key, as the model compiler wants them.</summary>
    public IReadOnlyDictionary<string, Schedule> Schedules() => Tasks.ToDictionary(t => t.Task.Key, t => t.Schedule);
}

public sealed record TuningProgress(int TrialsDone, int TrialsPlanned, string TaskLabel, double EstimatedModelSeconds);

/// <summary>
/// Which schedule is fastest? Every task of the result was measured on the device, or is in the records as measured there; a task that is one of several
/// alternatives and does not run is left out.
/// </summary>
public interface ITuner
{
    /// <exception cref="NoProgramRunsException">No program of some task runs on this machine.</exception>
    Task<TuningResult> TuneAsync(
        IReadOnlyList<TuningTask> tasks, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation);
}
