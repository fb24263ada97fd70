using CPrune.Devices;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Surgery;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>
/// A free first pass before the walk: filters that are exactly dead are removed. That needs no training and no accuracy gate, because nothing changes in what the
/// model computes; what is left is tuned like a candidate, and taken unless it is slower (a width that fits no vector may be). Everything is compared with the
/// user's model all the same.
/// </summary>
internal static class RemoveDeadFilters
{
    public static async Task ExecuteAsync(RunSession session, CancellationToken cancellation)
    {
        // A run that walked before there was this pass goes on as it began.
        var state = session.State;
        if (state.DeadFilters is not null || !state.Candidates.IsEmpty || state.WalkEndReason is not null) return;
        var kept = session.Request.Limits.LayerCaps.Where(c => c.MaxCut == 0).ToList();
        var removal = DeadFilters.Remove(session.Original, layer => kept.Exists(c => c.Matches(layer)));
        if (removal.Removed.IsEmpty)
        {
            session.Append(new JournalEntry.DeadFiltersJudged([], null, null, [], "no filter is dead"));
            return;
        }

        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Measuring, $"the model without {removal.Removed.Length} dead filters"));
        var trials = 0;
        try
        {
            var original = session.RestoreAccepted();
            (var shrunk, trials) = await session.Clock.TimeAsync(PhaseClock.Tuning, () => session.Latency.RetuneAsync(
                removal.Graph, original, session.Request.Tuning.TrialsPerChangedTask, cancellation)).ConfigureAwait(false);
            var ratio = await session.Clock.TimeAsync(PhaseClock.Measuring, () => session.Latency.CompareAsync(
                original, shrunk, new LatencyGate(1), cancellation)).ConfigureAwait(false);
            Judge(session, removal, shrunk, ratio, trials);
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            session.Append(new JournalEntry.DeadFiltersJudged(removal.Removed, null, null, [], $"they stay, because the model without them fails: {e.Message}") { Trials = trials });
        }
    }

    private static void Judge(RunSession session, DeadFilterRemoval removal, TunedModel shrunk, RatioEstimate ratio, int trials)
    {
        const string Blob = "without-dead-filters";
        var isSlower = ratio.Low > 1;
        var entry = isSlower
            ? new JournalEntry.DeadFiltersJudged(removal.Removed, null, ratio.Ratio, [], $"they stay for now, because without them the latency is {ratio.Ratio:P1} of the original's")
            : new JournalEntry.DeadFiltersJudged(removal.Removed, Blob, ratio.Ratio, shrunk.Programs, $"they are removed, and the latency is {ratio.Ratio:P1} of the original's")
            {
                Choices = shrunk.Plan.Choices,
                LatencySeconds = ratio.New.Median,
            };
        session.Append(entry with { Trials = trials }, isSlower ? null : (Blob, removal.Graph));
        session.Progress.Report(new RunEvent.DeadFiltersFound(removal.Removed, !isSlower, ratio.Ratio, entry.Reason));
    }
}
