using System.Collections.Immutable;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Variants;

/// <summary>How much a model is tuned.</summary>
/// <param name="TrialsPerTask">Programs to measure for each task of a layout, on average.</param>
/// <param name="TimeLimit">Stop tuning after this time with the best so far; null for none. Layouts share it.</param>
/// <param name="Preserved">Schedules to replay first, by task key.</param>
public sealed record ModelTuningOptions(int TrialsPerTask, TimeSpan? TimeLimit, int Seed, IReadOnlyDictionary<string, Schedule> Preserved);

/// <summary>
/// Tunes a model and chooses what is one decision for all of its layers. What a layout costs where kernels meet, or a chain saves, no kernel shows by itself: so
/// the whole model is compiled in every variant and these are timed in turn. A layout that is not certainly faster before tuning is not tuned. Where all programs are known
/// already, what was noted with them is chosen again.
/// </summary>
/// <param name="records">Where the choice is noted for who tunes or compiles the model later; null for nowhere.</param>
public sealed class ModelTuning(ITuner tuner, IModelCompiler compiler, IDevice device, IRecordStore? records, TimeProvider clock)
{
    /// <summary>
    /// Of the first layout's time: only what is certainly below it with default schedules is worth tuning, which takes as many trials again. What tuning made up for
    /// was never more than a few per cent.
    /// </summary>
    private const double Promising = 1;

    private static readonly CompareOptions s_look = new(0.03, TimeSpan.FromSeconds(2), Promising);
    private static readonly CompareOptions s_decision = new(0.005, TimeSpan.FromSeconds(4), null);

    /// <inheritdoc cref="ITuner.TuneAsync"/>
    public async Task<TunedPlan> TuneAsync(
        ModelAlternatives alternatives, ModelTuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation)
    {
        using var bench = new VariantBench(compiler, device);
        var conditions = Conditions.Of(device);
        var noted = alternatives.IsChoice ? records?.Choice(conditions, alternatives.Key)?.Choice : null;
        var (layouts, hopeless) = await LookAsync(bench, alternatives, noted, cancellation).ConfigureAwait(false);
        var tuned = new List<TunedPlan>();
        foreach (var layout in layouts)
        {
            var share = PlanTuning.OptionsFor(layout, options.TrialsPerTask, options.TimeLimit / layouts.Length, options.Seed, options.Preserved);
            tuned.Add(await tuner.TuneAsync(layout, share, progress, cancellation).ConfigureAwait(false));
        }

        ImmutableArray<TunedPlan> forms = [.. tuned.SelectMany(t => alternatives.FormsOf(t.Plan).Select(plan => t with { Plan = plan }))];
        var trials = tuned.Sum(t => t.Trials);
        var (chosen, choice) = trials == 0 && noted is not null && forms.FirstOrDefault(f => f.Plan.Choices.Variant == noted.Chosen) is { } again
            ? (again, noted)
            : await ChooseAsync(bench, forms, hopeless, cancellation).ConfigureAwait(false);
        if (alternatives.IsChoice && choice != noted) records?.Note(new NotedChoice(conditions, alternatives.Key, choice, clock.GetUtcNow()));
        return chosen with { Choice = choice, Trials = trials, Elapsed = tuned.Aggregate(TimeSpan.Zero, (sum, t) => sum + t.Elapsed) };
    }

    /// <summary>The layouts that may be the fastest, judged by default schedules, and what was measured of the others.</summary>
    private static async Task<(ImmutableArray<PlanAlternatives> Layouts, ImmutableArray<VariantTime> Hopeless)> LookAsync(
        VariantBench bench, ModelAlternatives alternatives, ModelChoice? noted, CancellationToken cancellation)
    {
        if (alternatives.Layouts is [_]) return (alternatives.Layouts, []);
        if (noted is not null)
        {
            ImmutableArray<VariantTime> before = [.. noted.Timed.Where(t => !t.IsTuned)];
            return ([.. alternatives.Layouts.Where(l => before.All(t => t.Variant != l.Direct.Choices.Variant))], before);
        }

        var untuned = ImmutableDictionary<string, Schedule>.Empty;
        var first = bench.Compile(alternatives.Direct, untuned);
        List<PlanAlternatives> promising = [alternatives.Layouts[0]];
        var hopeless = ImmutableArray.CreateBuilder<VariantTime>();
        foreach (var layout in alternatives.Layouts.Skip(1))
        {
            var time = await bench.TimeAsync(first, bench.Compile(layout.Direct, untuned), layout.Direct, isTuned: false, s_look, cancellation).ConfigureAwait(false);
            if (time.High >= Promising) hopeless.Add(time);
            else promising.Add(layout);
        }

        return ([.. promising], hopeless.ToImmutable());
    }

    private static async Task<(TunedPlan Chosen, ModelChoice Choice)> ChooseAsync(
        VariantBench bench, ImmutableArray<TunedPlan> forms, ImmutableArray<VariantTime> hopeless, CancellationToken cancellation)
    {
        var first = forms[0];
        var (fastest, best, times) = (first, 1.0, new List<VariantTime>());
        if (forms.Length > 1)
        {
            var reference = bench.Compile(first.Plan, first.Schedules());
            foreach (var form in forms.Skip(1))
            {
                var compiled = bench.Compile(form.Plan, form.Schedules());
                // The same as the form without chains.
                if (form.Plan.Choices.Variant.InChains && !compiled.HasChains) continue;
                var time = await bench.TimeAsync(reference, compiled, form.Plan, isTuned: true, s_decision, cancellation).ConfigureAwait(false);
                times.Add(time);
                // Only what is certainly faster than the first takes its place.
                if (time.High < 1 && time.Ratio < best) (fastest, best) = (form, time.Ratio);
            }
        }

        return (fastest, new ModelChoice(fastest.Plan.Choices.Variant, first.Plan.Choices.Variant, [.. times, .. hopeless]));
    }
}
