using System.Collections.Immutable;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Reporting;
using CPrune.Tuning;
using CPrune.Tuning.Records;

namespace CPrune.Cli.Commands;

/// <summary>A task with its fastest known program, if any was measured on the target.</summary>
/// <param name="Seconds">Time of one call; null where the task is untuned.</param>
internal sealed record TaskProgram(TuningTask Task, Schedule? Schedule, double? Seconds)
{
    public double? TotalSeconds => Seconds * Task.Multiplicity;

    /// <summary>Multiply-accumulates of one call.</summary>
    public long Macs => Task.Subgraphs[0].Macs;

    /// <summary>A multiply-accumulate counts as two operations.</summary>
    public double? GigaFlopsPerSecond => Macs > 0 && Seconds is > 0 ? 2 * Macs / Seconds / 1e9 : null;
}

/// <param name="Trials">Programs measured.</param>
internal sealed record TunedPrograms(ImmutableArray<TaskProgram> Programs, int Trials, TimeSpan Elapsed);

/// <summary>Tunes the tasks of a model and reads what records know of them.</summary>
internal static class TuningWork
{
    public const int DefaultTrialsPerTask = 48;

    /// <summary>Fastest programs in the records, in the order of the plan.</summary>
    public static ImmutableArray<TaskProgram> FromRecords(ModelPlan plan, Conditions conditions, IRecordStore records) =>
    [
        .. plan.Tasks.Select(task => records.Best(conditions, task.Key) is { Latency: { } latency } best
            ? new TaskProgram(task, Schedule.Parse(best.Schedule), latency.Median)
            : new TaskProgram(task, null, null)),
    ];

    public static async Task<TunedPrograms> TuneAsync(
        IWorkshop workshop, IDevice device, IRecordStore records, ModelPlan plan, int trialsPerTask, TimeSpan? limit, int seed,
        IOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        var tuner = workshop.CreateTuner(device, records, clock);
        var options = new TuningOptions(trialsPerTask * plan.Tasks.Length, limit, seed, ImmutableDictionary<string, Schedule>.Empty);
        var result = await output.WithProgressAsync($"Tuning {plan.Tasks.Length} tasks", progress =>
            tuner.TuneAsync(plan.Tasks, options, new Relay<TuningProgress>(p => progress.Report(Shown(p))), cancellation));
        output.Line($"Tuned: {result.Trials} programs measured in {Durations.Text(result.Elapsed)}.");
        output.Event("tuned", new { result.Trials, Seconds = result.Elapsed.TotalSeconds });
        return new TunedPrograms([.. result.Tasks.Select(t => new TaskProgram(t.Task, t.Schedule, t.Latency.Median))], result.Trials, result.Elapsed);
    }

    public static ImmutableDictionary<string, Schedule> Schedules(IEnumerable<TaskProgram> programs) =>
        programs.Where(p => p.Schedule is not null).ToImmutableDictionary(p => p.Task.Key, p => p.Schedule!);

    private static WorkProgress Shown(TuningProgress p) =>
        new((double)p.TrialsDone / Math.Max(1, p.TrialsPlanned),
            $"{p.TrialsDone}/{p.TrialsPlanned} programs, model ≈ {Figures.Seconds(p.EstimatedModelSeconds)}, {p.TaskLabel}");
}
