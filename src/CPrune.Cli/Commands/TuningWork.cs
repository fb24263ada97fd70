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

/// <param name="Trials">Programs measured.</param>
internal sealed record TunedPrograms(KnownPrograms Known, int Trials, TimeSpan Elapsed);

/// <summary>Tunes the tasks of a model and reads what records know of them.</summary>
internal static class TuningWork
{
    public const int DefaultTrialsPerTask = 48;

    /// <summary>What the records say is fastest.</summary>
    public static KnownPrograms FromRecords(PlanAlternatives alternatives, Conditions conditions, IRecordStore records)
    {
        var best = alternatives.Tasks.ToDictionary(t => t.Key, t => records.Best(conditions, t.Key), StringComparer.Ordinal);
        var plan = alternatives.Fastest(task => best[task]?.Latency?.Median);
        return new KnownPrograms(plan,
        [
            .. plan.Tasks.Select(task => best[task.Key] is { Latency: { } latency } record
                ? new TaskProgram(task, Schedule.Parse(record.Schedule), latency.Median)
                : new TaskProgram(task, null, null)),
        ]);
    }

    /// <summary>Whether a task of any alternative was never measured.</summary>
    public static bool IsUntuned(PlanAlternatives alternatives, Conditions conditions, IRecordStore records) =>
        alternatives.Tasks.Any(t => records.Best(conditions, t.Key) is null);

    public static async Task<TunedPrograms> TuneAsync(
        IWorkshop workshop, IDevice device, IRecordStore records, PlanAlternatives alternatives, int trialsPerTask, TimeSpan? limit, int seed,
        IOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        var tuner = workshop.CreateTuner(device, records, clock);
        var options = PlanTuning.OptionsFor(alternatives, trialsPerTask, limit, seed, ImmutableDictionary<string, Schedule>.Empty);
        var result = await output.WithProgressAsync($"Tuning {alternatives.Tasks.Length} tasks", progress =>
            tuner.TuneAsync(alternatives, options, new Relay<TuningProgress>(p => progress.Report(Shown(p))), cancellation));
        output.Line($"Tuned: {result.Trials} programs measured in {Durations.Text(result.Elapsed)}.");
        output.Event("tuned", new { result.Trials, Seconds = result.Elapsed.TotalSeconds });
        var programs = result.Tasks.Select(t => new TaskProgram(t.Task, t.Schedule, t.Latency.Median));
        return new TunedPrograms(new KnownPrograms(result.Plan, [.. programs]), result.Trials, result.Elapsed);
    }

    private static WorkProgress Shown(TuningProgress p) =>
        new((double)p.TrialsDone / Math.Max(1, p.TrialsPlanned),
            $"{p.TrialsDone}/{p.TrialsPlanned} programs, model ≈ {Figures.Seconds(p.EstimatedModelSeconds)}, {p.TaskLabel}");
}
