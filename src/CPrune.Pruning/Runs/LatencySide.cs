using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Staircases;
using CPrune.Tuning;
using CPrune.Tuning.Variants;

namespace CPrune.Pruning.Runs;

/// <summary>Everything about speed: tunes, compiles and compares models in a scratch folder.</summary>
/// <param name="algorithms">How convolutions may be computed.</param>
/// <param name="variants">How the whole model may be computed.</param>
public sealed class LatencySide(
    PruneServices services, string scratchFolder, int seed, IReadOnlyList<Algorithm> algorithms, AllowedVariants variants)
{
    /// <summary>Inferences of both models that a comparison may take: what its first look takes at least, and as many again for a second one.</summary>
    private const int InferencesOfAComparison = 250;

    /// <summary>
    /// Where a cut changes most layers, what more trials gain is small beside the cut: together its kernels take no more than if this share of the model's layers, one kernel each, had changed, but one each, for the
    /// preserved programs. So with six trials a kernel no candidate takes more than about a twentieth of the published procedure's trials (docs/how-it-works.md, "Beyond the paper").
    /// </summary>
    private const double MostChanged = 0.4;

    /// <summary>Width of a ratio's interval that is narrow enough to plan by.</summary>
    private const double RoughWidth = 0.03;

    private static readonly TimeSpan s_roughLimit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_compareLimit = TimeSpan.FromSeconds(8);
    private static readonly CompareOptions s_timing = new(0.005, s_compareLimit, null);
    private int _libraries;

    /// <summary>Chooses how each layer and the whole model are computed and tunes every task of a model. Programs at hand are replayed first.</summary>
    public async Task<(TunedModel Model, int Trials)> TuneAsync(
        ModelGraph graph, TunedModel? ancestor, int trialsPerTask, TimeSpan? limit, IProgress<TuningProgress> progress, CancellationToken cancellation)
    {
        var alternatives = ModelAlternatives.Of(graph, algorithms, variants, services.Device.Target);
        var options = new ModelTuningOptions(trialsPerTask, limit, seed, ancestor?.ProgramsFor(alternatives.Tasks) ?? ImmutableDictionary<string, Schedule>.Empty);
        var tuning = new ModelTuning(services.Tuner, services.Compiler, services.Device, services.Records, services.Clock);
        var result = await tuning.TuneAsync(alternatives, options, progress, cancellation).ConfigureAwait(false);
        return (Compile(graph, result.Plan, [.. result.Tasks.Select(Row)]), result.Trials);
    }

    /// <summary>
    /// Tunes only what a cut changed: a task whose workload the accepted model has too keeps its program; a changed one is first given the program
    /// of the uncut task (docs/how-it-works.md, "Beyond the paper"). Every layer and the whole are computed as in the accepted model.
    /// </summary>
    public async Task<(TunedModel Model, int Trials)> RetuneAsync(
        ModelGraph graph, TunedModel accepted, int trialsPerTask, CancellationToken cancellation)
    {
        var plan = ModelPlan.Of(graph, accepted.Plan.Choices);
        var known = accepted.Programs.ToDictionary(p => p.TaskKey, StringComparer.Ordinal);
        var changed = plan.Tasks.Where(t => !known.ContainsKey(t.Key)).ToList();
        var share = Math.Min(changed.Count, MostChanged * plan.Tasks.Count(t => t.Subgraphs[0].Macs > 0));
        var options = new TuningOptions((int)Math.Ceiling(trialsPerTask * share), null, seed, accepted.ProgramsFor(changed));
        var result = await services.Tuner.TuneAsync(changed, options, null, cancellation).ConfigureAwait(false);
        var tuned = result.Tasks.ToDictionary(t => t.Task.Key, Row, StringComparer.Ordinal);
        var programs = plan.Tasks.Select(t => tuned.GetValueOrDefault(t.Key) ?? known[t.Key] with { Multiplicity = t.Multiplicity });
        return (Compile(graph, plan, [.. programs]), result.Trials);
    }

    /// <summary>
    /// What a cut model is foreseen to take, with the accepted model's programs as they come to be on what the cut has left; nothing is built or timed. Its library is
    /// made all the same, for the day it is timed.
    /// </summary>
    public async Task<(TunedModel Model, double Ratio)> ForeseeAsync(ModelGraph graph, TunedModel accepted, IKernelTimes times, CancellationToken cancellation)
    {
        var plan = ModelPlan.Of(graph, accepted.Plan.Choices);
        var foreseen = (await times.OfAsync([.. plan.Tasks, .. accepted.Plan.Tasks], cancellation).ConfigureAwait(false)).Seconds;
        var replayed = accepted.ProgramsFor(plan.Tasks);
        var programs = plan.Tasks.Select(t => Foreseen(t, replayed.GetValueOrDefault(t.Key), foreseen[t.Key]));
        return (Compile(graph, plan, [.. programs]), Sum(plan) / Sum(accepted.Plan));

        double Sum(ModelPlan model) => model.Tasks.Sum(t => t.Multiplicity * foreseen[t.Key]);
    }

    /// <summary>Makes a model's library again from its recorded programs, when a run is resumed.</summary>
    public TunedModel Restore(ModelGraph graph, ImmutableArray<ProgramRow> programs, AlgorithmChoices choices) =>
        Compile(graph, ModelPlan.Of(graph, choices), programs);

    public Task<RatioEstimate> CompareAsync(TunedModel accepted, TunedModel candidate, LatencyGate gate, CancellationToken cancellation) =>
        CompareAsync(accepted, candidate, new CompareOptions(gate.ResolvingWidth, s_compareLimit, gate.Beta) { WidthBelow = LatencyGate.PassingWidth }, cancellation);

    /// <summary>Times a planned model in turn with the original: how far the plan went, not whether one per cent was gained.</summary>
    public Task<RatioEstimate> CompareRoughlyAsync(TunedModel original, TunedModel candidate, CancellationToken cancellation) =>
        CompareAsync(original, candidate, new CompareOptions(RoughWidth, s_roughLimit, null), cancellation);

    /// <summary>Times two models in turn. A slow model is given more time than asked for: in less there is no interval.</summary>
    /// <exception cref="LibraryFailedException">A model crashes or hangs.</exception>
    public Task<RatioEstimate> CompareAsync(TunedModel old, TunedModel other, CompareOptions options, CancellationToken cancellation)
    {
        var enough = TimeSpan.FromSeconds(InferencesOfAComparison * old.TotalSeconds);
        return services.Device.CompareModelsAsync(
            old.SharedObject, other.SharedObject, enough > options.TimeLimit ? options with { TimeLimit = enough } : options, cancellation);
    }

    public Task<LatencyEstimate> MeasureAsync(TunedModel model, CancellationToken cancellation) => services.Device.MeasureModelAsync(model.SharedObject, s_timing, cancellation);

    /// <summary>Writes the result where the user finds it.</summary>
    public void WriteLibrary(TunedModel model, string libraryPath, string headerPath) =>
        services.Compiler.Compile(model.Plan, model.Schedules(), libraryPath, headerPath);

    private ProgramRow Foreseen(TuningTask task, Schedule? replayed, double seconds)
    {
        var target = services.Device.Target;
        var schedule = replayed is not null && ScheduledNest.Apply(task.Computation, replayed, target) is ScheduleResult.Ok ? replayed : DefaultSchedule.For(task.Computation, target);
        return new ProgramRow(task.Key, task.Label, task.Multiplicity, task.Subgraphs[0].Macs, schedule.ToString(), new LatencyEstimate(seconds, seconds, seconds, 0));
    }

    private static ProgramRow Row(TunedTask tuned) => new(
        tuned.Task.Key, tuned.Task.Label, tuned.Task.Multiplicity, tuned.Task.Subgraphs[0].Macs, tuned.Schedule.ToString(), tuned.Latency);

    private TunedModel Compile(ModelGraph graph, ModelPlan plan, ImmutableArray<ProgramRow> programs)
    {
        var model = new TunedModel(graph, plan, programs, services.Device.Target, Path.Combine(scratchFolder, $"model{_libraries++}.so"));
        services.Compiler.Compile(plan, model.Schedules(), model.SharedObject, null);
        return model;
    }
}
