using System.Collections.Immutable;
using CPrune.Cli.Composition;
using CPrune.Cli.Options;
using CPrune.Cli.Output;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Reporting;
using CPrune.Tuning;
using CPrune.Tuning.Records;
using CPrune.Tuning.Variants;

namespace CPrune.Cli.Commands;

/// <param name="Trials">Programs measured.</param>
internal sealed record TunedPrograms(KnownPrograms Known, int Trials, TimeSpan Elapsed);

/// <summary>Tunes the tasks of a model and reads what records know of them.</summary>
internal static class TuningWork
{
    public const int DefaultTrialsPerTask = 48;

    /// <summary>What the records say is fastest.</summary>
    public static KnownPrograms FromRecords(ModelAlternatives alternatives, Conditions conditions, IRecordStore records)
    {
        var choice = ChoiceFor(alternatives, conditions, records);
        var layout = alternatives.LayoutOf(choice?.Chosen ?? ModelVariant.Plain);
        var best = layout.Tasks.ToDictionary(t => t.Key, t => records.Best(conditions, t.Key), StringComparer.Ordinal);
        var plan = layout.Fastest(task => best[task]?.Latency?.Median).With(alternatives.InChains ?? choice?.Chosen.InChains ?? false);
        return new KnownPrograms(plan,
        [
            .. plan.Tasks.Select(task => best[task.Key] is { Latency: { } latency } record
                ? new TaskProgram(task, Schedule.Parse(record.Schedule), latency.Median)
                : new TaskProgram(task, null, null)),
        ])
        {
            Choice = choice,
        };
    }

    /// <summary>Whether a task of any way of computing a layer in the chosen layout was never measured, or no choice was made.</summary>
    public static bool IsUntuned(ModelAlternatives alternatives, Conditions conditions, IRecordStore records)
    {
        var choice = ChoiceFor(alternatives, conditions, records);
        return (alternatives.IsChoice && choice is null)
            || alternatives.LayoutOf(choice?.Chosen ?? ModelVariant.Plain).Tasks.Any(t => records.Best(conditions, t.Key) is null);
    }

    public static async Task<TunedPrograms> TuneAsync(
        IWorkshop workshop, IDevice device, IRecordStore records, IModelCompiler compiler, ModelAlternatives alternatives, ModelTuningOptions options,
        IOutput output, TimeProvider clock, CancellationToken cancellation)
    {
        var tuner = new ModelTuning(workshop.CreateTuner(device, records, clock), compiler, device, records, clock);
        var result = await output.WithProgressAsync($"Tuning {alternatives.Tasks.Length} tasks", progress =>
            tuner.TuneAsync(alternatives, options, new Relay<TuningProgress>(p => progress.Report(Shown(p))), cancellation));
        output.Line($"Tuned: {result.Trials} programs measured in {Durations.Text(result.Elapsed)}.");
        output.Event("tuned", new { result.Trials, Seconds = result.Elapsed.TotalSeconds });
        var programs = result.Tasks.Select(t => new TaskProgram(t.Task, t.Schedule, t.Latency.Median));
        return new TunedPrograms(new KnownPrograms(result.Plan, [.. programs]) { Choice = result.Choice }, result.Trials, result.Elapsed);
    }

    public static ModelTuningOptions OptionsFor(int trialsPerTask, TimeSpan? limit, int seed) =>
        new(trialsPerTask, limit, seed, ImmutableDictionary<string, Schedule>.Empty);

    private static ModelChoice? ChoiceFor(ModelAlternatives alternatives, Conditions conditions, IRecordStore records) =>
        alternatives.IsChoice ? records.Choice(conditions, alternatives.Key)?.Choice : null;

    private static WorkProgress Shown(TuningProgress p) =>
        new((double)p.TrialsDone / Math.Max(1, p.TrialsPlanned),
            $"{p.TrialsDone}/{p.TrialsPlanned} programs, model ≈ {Figures.Seconds(p.EstimatedModelSeconds)}, {p.TaskLabel}");
}
