using System.Collections.Immutable;
using CPrune.Devices;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Surgery;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>What became of the filters that are exactly dead.</summary>
/// <param name="Filters">Of the original, whether or not it paid to remove them.</param>
/// <param name="Model">The model without them; null if there are none, or if it is slower.</param>
/// <param name="Outcome">A sentence without its end.</param>
/// <param name="Trials">Programs measured.</param>
public sealed record DeadFilterOutcome(ImmutableArray<DeadFilter> Filters, JudgedModel? Model, string Outcome, int Trials);

/// <summary>
/// Removes filters that are exactly dead. That needs no training and no accuracy gate, because nothing changes in what the model computes. What is left
/// is tuned like a candidate, and taken unless it is slower: a width that fits no vector may be.
/// </summary>
internal static class DeadFilterStage
{
    private const string Weights = "without-dead-filters";

    public static Task<DeadFilterOutcome> ExecuteAsync(RunContext run, JudgedModel original, CancellationToken cancellation) =>
        run.Steps.DoAsync("dead filters", scope => RemoveAsync(run, scope, original, cancellation));

    private static async Task<DeadFilterOutcome> RemoveAsync(RunContext run, StepScope scope, JudgedModel original, CancellationToken cancellation)
    {
        var kept = run.Request.Limits.LayerCaps.Where(c => c.MaxCut == 0).ToList();
        var removal = DeadFilters.Remove(run.Original, layer => kept.Exists(c => c.Matches(layer)));
        if (removal.Removed.IsEmpty) return new DeadFilterOutcome([], null, "no filter is dead", 0);
        run.Advance(PhaseClock.Measuring, $"the model without {removal.Removed.Length} dead filters");
        var trials = 0;
        try
        {
            var whole = run.Restore(original.Model);
            (var shrunk, trials) = await scope.Clock.TimeAsync(PhaseClock.Tuning, () => run.Latency.RetuneAsync(
                removal.Graph, whole, run.Request.Settings.CandidateTrials, cancellation)).ConfigureAwait(false);
            var ratio = await scope.Clock.TimeAsync(PhaseClock.Measuring, () => run.Latency.CompareAsync(
                whole, shrunk, new LatencyGate(1), cancellation)).ConfigureAwait(false);
            return Judge(run, scope, removal, original, shrunk, ratio, trials);
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            return new DeadFilterOutcome(removal.Removed, null, $"they stay, because the model without them fails: {e.Message}", trials);
        }
    }

    private static DeadFilterOutcome Judge(
        RunContext run, StepScope scope, DeadFilterRemoval removal, JudgedModel original, TunedModel shrunk, RatioEstimate ratio, int trials)
    {
        var isSlower = ratio.Low > 1;
        var outcome = isSlower
            ? $"they stay for now, because without them the latency is {ratio.Ratio:P1} of the original's"
            : $"they are removed, and the latency is {ratio.Ratio:P1} of the original's";
        run.Progress.Report(new RunEvent.DeadFiltersFound(removal.Removed, !isSlower, ratio.Ratio, outcome));
        if (isSlower) return new DeadFilterOutcome(removal.Removed, null, outcome, trials);
        var model = RunModel.Of(scope.Keep(Weights, removal.Graph), shrunk, ratio.New.Median);
        var judged = original with { Model = model, Speed = 1 / ratio.Ratio, Description = "the original without its dead filters" };
        return new DeadFilterOutcome(removal.Removed, judged, outcome, trials);
    }
}
