using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Policies;
using CPrune.Training.Recipes;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>
/// One turn of the walk (docs/how-it-works.md, "The walk", 2 to 4): cut, tune what changed, time against the accepted model, train shortly, judge. The answer is journaled
/// either way; a refused candidate leaves nothing else behind.
/// </summary>
internal static class CandidateTrial
{
    /// <returns>The accepted model after this turn: the candidate, or <paramref name="accepted"/> as it was.</returns>
    public static async Task<TunedModel> TryAsync(RunSession session, TunedModel accepted, PolicyDecision.Try decision, CancellationToken cancellation)
    {
        var (cut, isProbe) = (decision.Cut, decision.IsProbe);
        var number = session.State.Candidates.Length + 1;
        var draft = new CandidateRecord(number, cut.Label, cut.Layers, cut.Filters, null, null, null, null, null, Verdict.Failed, "", 0, 0)
        {
            CutReason = cut.Reason,
        };
        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Measuring, $"candidate {number}: {cut.Filters} filters ({cut.Reason}) from {cut.Label}"));

        var pruned = session.Clock.Time(
            PhaseClock.Choosing, () => ModelCut.Apply(session.SaliencyContextOf(accepted.Graph, cancellation), cut, session.Services.Saliency));
        CandidateLatency latency;
        try
        {
            latency = decision.Foreseen is { } times
                ? await CandidateLatency.ForeseeAsync(session, pruned, accepted, times, cancellation).ConfigureAwait(false)
                : await CandidateLatency.MeasureAsync(session, pruned, accepted, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            return Refuse(session, accepted, cut, draft with { Verdict = Verdict.Failed, Reason = e.Message });
        }

        draft = draft with { Ratio = latency.Ratio, RatioLow = latency.Low, RatioHigh = latency.High, LatencySeconds = latency.Seconds, Trials = latency.Trials };
        if (latency.Refused is { } verdict) return Refuse(session, accepted, cut, draft with { Verdict = verdict, Reason = latency.Reason });
        return JudgeAccuracy(session, accepted, latency.Model, cut, isProbe, draft, latency.Reason, cancellation);
    }

    private static TunedModel JudgeAccuracy(
        RunSession session, TunedModel accepted, TunedModel candidate, Cut cut, bool isProbe, CandidateRecord draft, string latencyReason, CancellationToken cancellation)
    {
        var (recalibrated, untrained) = session.Clock.Time(PhaseClock.Recalibrating, () =>
        {
            var graph = session.Accuracy.Recalibrate(candidate.Graph, Seed(session, draft.Number), cancellation);
            return (graph, session.Accuracy.AnswersOnPart(graph, cancellation));
        });
        var lost = TopOnPart(session) - untrained.Top1;
        draft = draft with { LostBeforeTraining = lost };
        var recovery = new RecoveryGate(session.State.Recoveries);
        if (recovery.IsHopeless(lost))
            return Refuse(session, accepted, cut, draft with { Verdict = Verdict.TooInaccurate, Reason = recovery.Explain(lost) });

        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"candidate {draft.Number}: short training"));
        var gate = session.State.GateFor(draft, session.Gate);
        var scale = session.State.Scale;
        var stop = new EarlyStop(gate, scale, session.State.Accepted[^1].SelectionTop1);
        TrainedCandidate trained;
        try
        {
            trained = ShortTraining.Run(session, recalibrated, untrained, stop, isProbe, Seed(session, draft.Number), Training(session, draft.Number), cancellation);
        }
        catch (TrainingDivergedException e)
        {
            return Refuse(session, accepted, cut, draft with { Verdict = Verdict.Failed, Reason = e.Message });
        }

        var (before, after) = (scale.Expected(session.State.Accepted[^1].SelectionTop1), scale.Expected(trained.Top1));
        draft = draft with { SelectionTop1 = trained.Top1, TrainedImages = trained.Images, AccuracyChange = trained.Change };
        if (trained.Answers is not { } answers || !gate.Passes(before, after))
            return Refuse(session, accepted, cut, draft with { Verdict = Verdict.TooInaccurate, Reason = gate.Explain(before, after) });

        var blob = $"candidate-{draft.Number}";
        var record = draft with { Verdict = isProbe ? Verdict.Probed : Verdict.Accepted, Reason = $"{latencyReason}; {gate.Explain(before, after)}", ElapsedSeconds = session.Clock.Elapsed, Phases = session.Clock.Phases };
        session.Append(new JournalEntry.CandidateJudged(record, cut.Key, blob, candidate.Programs) { Answers = Answers.Pack(answers), Choices = candidate.Plan.Choices, Extent = cut.Extent, Removed = cut.Removed, WasCheap = gate.IsCheap(before, after) }, (blob, trained.Model));
        Report(session, record);
        return isProbe ? accepted : candidate.WithWeights(trained.Model);
    }

    private static TunedModel Refuse(RunSession session, TunedModel accepted, Cut cut, CandidateRecord refused)
    {
        var record = refused with { ElapsedSeconds = session.Clock.Elapsed, Phases = session.Clock.Phases };
        session.Append(new JournalEntry.CandidateJudged(record, cut.Key, null, []) { Extent = cut.Extent, Removed = cut.Removed });
        Report(session, record);
        return accepted;
    }

    /// <summary>The accepted model's accuracy on the part of the split that untrained candidates are looked at with.</summary>
    private static double TopOnPart(RunSession session) =>
        session.AcceptedAnswers() is { } answers ? session.Accuracy.Part.Of(answers).Average(right => right ? 1.0 : 0) : session.State.Accepted[^1].SelectionTop1;

    private static void Report(RunSession session, CandidateRecord record)
    {
        var accepted = session.State.Accepted[^1];
        session.Progress.Report(new RunEvent.CandidateTried(record, accepted.LatencySeconds, accepted.SelectionTop1));
    }

    private static Relay<TrainingProgress> Training(RunSession session, int number) => new(p => session.Progress.Report(
        new RunEvent.PhaseAdvanced(PhaseClock.Training, p.ImagesDone, p.ImagesPlanned, "images", $"candidate {number}, loss {p.Loss:F3}")));

    private static int Seed(RunSession session, int number) => unchecked((session.Request.Seed * 7919) + number);
}
