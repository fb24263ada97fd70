using CPrune.Graph;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>Stage 1 of the method: tune the model on the target and build table C.</summary>
internal static class TuneOriginal
{
    public static async Task ExecuteAsync(RunSession session, CancellationToken cancellation)
    {
        var (request, latency) = (session.Request, session.Latency);
        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Tuning, "the original"));
        var (model, trials) = await session.Clock.TimeAsync(PhaseClock.Tuning, () => latency.TuneAsync(
            session.Original, null, request.Tuning.TrialsPerTask, TimePlan.TuningLimit(request.TimeLimit), Relay(session), cancellation)).ConfigureAwait(false);
        var measured = await session.Clock.TimeAsync(PhaseClock.Measuring, () => latency.MeasureAsync(model, cancellation)).ConfigureAwait(false);
        var judged = session.State.Judged!;
        session.Append(new JournalEntry.OriginalTuned(model.Programs, measured.Median, trials) { Choices = model.Plan.Choices });
        session.Progress.Report(new RunEvent.OriginalMeasured(measured.Median, judged.SelectionTop1, judged.TestTop1, judged.SelectionFloor));
    }

    /// <summary>Passes the tuner's progress on as the run's.</summary>
    internal static IProgress<TuningProgress> Relay(RunSession session) => new Relay<TuningProgress>(p => session.Progress.Report(
        new RunEvent.PhaseAdvanced(PhaseClock.Tuning, p.TrialsDone, p.TrialsPlanned, "trials", $"{p.TaskLabel}; model about {p.EstimatedModelSeconds * 1e3:F3} ms")));
}
