using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Tuning.Variants;

namespace CPrune.Tuning;

/// <summary>A model's plan with the fastest programs of its tasks.</summary>
/// <param name="Tasks">In the order of the plan.</param>
/// <param name="Trials">Programs measured, those of alternatives that lost among them.</param>
public sealed record TunedPlan(ModelPlan Plan, ImmutableArray<TunedTask> Tasks, int Trials, TimeSpan Elapsed)
{
    /// <summary>Which variant of the whole model this is; null where the whole model was not looked at.</summary>
    public ModelChoice? Choice { get; init; }

    /// <summary>Schedules by task key, as the model compiler wants them.</summary>
    public IReadOnlyDictionary<string, Schedule> Schedules() => Tasks.ToDictionary(t => t.Task.Key, t => t.Schedule);
}

/// <summary>Tunes a model in one layout: finds the fastest way of computing each layer together with the fastest programs of its kernels.</summary>
public static class PlanTuning
{
    /// <summary>The options that stand for so many trials a task: alternatives of a layer share what the layer is given.</summary>
    /// <param name="preserved">Schedules to replay first, by task key.</param>
    public static TuningOptions OptionsFor(
        PlanAlternatives alternatives, int trialsPerTask, TimeSpan? timeLimit, int seed, IReadOnlyDictionary<string, Schedule> preserved) =>
        new(trialsPerTask * alternatives.Direct.Tasks.Length, timeLimit, seed, preserved) { Contests = alternatives.Contests };

    /// <inheritdoc cref="ITuner.TuneAsync"/>
    public static async Task<TunedPlan> TuneAsync(
        this ITuner tuner, PlanAlternatives alternatives, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation)
    {
        var result = await tuner.TuneAsync(alternatives.Tasks, options, progress, cancellation).ConfigureAwait(false);
        var tuned = result.Tasks.ToDictionary(t => t.Task.Key, StringComparer.Ordinal);
        var plan = alternatives.Fastest(task => tuned.GetValueOrDefault(task)?.Latency.Median);
        return new TunedPlan(plan, [.. plan.Tasks.Select(t => tuned[t.Key] with { Task = t })], result.Trials, result.Elapsed);
    }
}
