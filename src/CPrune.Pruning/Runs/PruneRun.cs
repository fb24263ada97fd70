using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Staircases;
using CPrune.Tuning.Prediction;
using CPrune.Tuning.Records;

namespace CPrune.Pruning.Runs;

/// <summary>
/// The method as a durable run (docs/how-it-works.md, "The walk"). Every stage ends with a journal entry in <c>run.db</c>; after a kill at any moment the same
/// request goes on behind the last entry.
/// </summary>
public sealed class PruneRun(PruneRequest request, PruneServices services)
{
    private const string OutOfTime = "the time limit leaves room only for the long training and the last checks";

    /// <summary>Under a time limit the accuracy gate opens after so many candidates that were too inaccurate, instead of after all there are.</summary>
    private const int PatienceWithGate = 5;

    /// <summary>What is still missing to a latency budget, times this, is asked of a cut: its saving is an estimate.</summary>
    private const double ToBeSure = 1.15;

    /// <summary>Less than this a cut is hardly seen to save.</summary>
    private const double LeastToSave = 0.02;

    /// <summary>Runs to the end, or to <paramref name="cancellation"/>, and leaves <c>model.onnx</c>, <c>model.so</c>, <c>model.h</c> and <c>run.db</c> in the folder.</summary>
    /// <exception cref="UserErrorException">Kind Goal: the floor is above the model's own accuracy. Kind Model: nothing can be pruned. Kind Output: the folder.</exception>
    public async Task<RunRecord> ExecuteAsync(IProgress<RunEvent> progress, CancellationToken cancellation)
    {
        using var session = RunSession.Open(request, services, progress);
        if (session.State.Concluded is null)
        {
            await BeginAsync(session, cancellation).ConfigureAwait(false);
            await WalkAsync(session, cancellation).ConfigureAwait(false);
            LongTraining.Execute(session, session.State.Accepted.Count - 1, cancellation);
            await TraceStage.ExecuteAsync(session, cancellation).ConfigureAwait(false);
            await Conclusion.ExecuteAsync(session, cancellation).ConfigureAwait(false);
        }

        var record = RunRecordReader.Read(session.Header, session.State);
        progress.Report(new RunEvent.Ended(record));
        return record;
    }

    /// <summary>
    /// What every run on this request begins with, whoever chooses the cuts: the original is judged and tuned. Other runs can begin behind it
    /// (<see cref="PruneRequest.BeginsBehind"/>).
    /// </summary>
    /// <exception cref="UserErrorException">As <see cref="ExecuteAsync"/>.</exception>
    public async Task PrepareAsync(IProgress<RunEvent> progress, CancellationToken cancellation)
    {
        using var session = RunSession.Open(request, services, progress);
        await BeginAsync(session, cancellation).ConfigureAwait(false);
    }

    private static async Task BeginAsync(RunSession session, CancellationToken cancellation)
    {
        if (session.State.Judged is null) Judge(session, cancellation);
        if (session.State.Tuned is null) await TuneOriginal.ExecuteAsync(session, cancellation).ConfigureAwait(false);
        await RemoveDeadFilters.ExecuteAsync(session, cancellation).ConfigureAwait(false);
    }

    private static void Judge(RunSession session, CancellationToken cancellation)
    {
        try
        {
            JudgeOriginal.Execute(session, cancellation);
        }
        catch (UserErrorException)
        {
            session.Discard();
            throw;
        }
    }

    private async Task WalkAsync(RunSession session, CancellationToken cancellation)
    {
        if (session.State.WalkEndReason is not null) return;
        var accepted = session.RestoreAccepted();
        // In one sitting nothing is asked between its segments either.
        if (SecondWind.IsBegun(session.State)) accepted = SecondWind.Execute(session, accepted, cancellation);
        while (true)
        {
            if (NeedsSecondWind(session))
            {
                accepted = SecondWind.Execute(session, accepted, cancellation);
                continue;
            }

            switch (await DecideAsync(session, accepted, cancellation).ConfigureAwait(false))
            {
                case PolicyDecision.Try attempt:
                    accepted = await CandidateTrial.TryAsync(session, accepted, attempt, cancellation).ConfigureAwait(false);
                    break;
                case PolicyDecision.Choose(var number):
                    accepted = Choose(session, number);
                    break;
                case PolicyDecision.Over when WhyOver(session) is null && Relaxed(session) is { } alpha:
                    Relax(session, alpha);
                    break;
                case PolicyDecision.Over when HasRoomForSecondWind(session) && !session.WalkIsOver:
                    accepted = SecondWind.Execute(session, accepted, cancellation);
                    break;
                case PolicyDecision.Over(var reason):
                    var isForTime = reason == OutOfTime || (HasRoomForSecondWind(session) && session.WalkIsOver);
                    session.Append(new JournalEntry.WalkEnded(reason, isForTime, LongPlan.Foresee(session)));
                    return;
            }
        }
    }

    private async ValueTask<PolicyDecision> DecideAsync(RunSession session, TunedModel accepted, CancellationToken cancellation)
    {
        if (IsShortOfTime && session.State.InaccurateSinceProgress >= PatienceWithGate && WhyOver(session) is null && Relaxed(session) is { } alpha) Relax(session, alpha);
        var view = new PolicyView(
            accepted, session.SaliencyContextOf(accepted.Graph, cancellation), session.Original, session.State.Outcomes(session.Gate), session.State.RoundStart(session.Gate), request.Limits,
            services.StepRule, services.Saliency)
        {
            Sensitivities = new Sensitivities(session, accepted.Graph, cancellation),
            StillToSave = StillToSave(session),
            Kernels = new KernelSources(services.Device, services.Tuner, () => KnownTimes(session), new StaircaseMemory(session), request.Seed, new Relay<StaircaseProgress>(p => ReportStaircases(session, p))),
        };
        if (WhyOver(session) is { } reason) return view.MostAccurateProbe is { } probe ? new PolicyDecision.Choose(probe) : new PolicyDecision.Over(reason);
        return await session.Clock.TimeAsync(PhaseClock.Choosing, () => services.Policy.NextAsync(view, cancellation).AsTask()).ConfigureAwait(false);
    }

    private bool IsShortOfTime => request.TimeLimit is not null;

    private static void Relax(RunSession session, double alpha)
    {
        session.Append(new JournalEntry.GateRelaxed(alpha));
        session.Progress.Report(new RunEvent.GateRelaxed(alpha));
    }

    /// <summary>As they were when the run first asked: other runs tune meanwhile, and a run that is resumed should foresee what it foresaw.</summary>
    private ImmutableArray<KnownTime> KnownTimes(RunSession session)
    {
        if (session.State.KnownTimes is null)
            session.Append(new JournalEntry.KnownTimesRead(LatencyPredictor.KnownTimes(services.Records, Conditions.Of(services.Device))));
        return session.State.KnownTimes!.Value;
    }

    private double? StillToSave(RunSession session) => request.Goal is Goal.Latency { BudgetSeconds: var budget }
        ? Math.Max(LeastToSave, ToBeSure * (1 - (budget / session.State.Accepted[^1].LatencySeconds)))
        : null;

    private static void ReportStaircases(RunSession session, StaircaseProgress progress) => session.Progress.Report(new RunEvent.PhaseAdvanced(
        PhaseClock.Choosing, progress.Points, progress.Points + progress.Wanted, "points", $"times at other widths, {progress.Trials} trials"));

    /// <returns>The first wider gate that would not refuse some candidate any more; null where there is none.</returns>
    private static double? Relaxed(RunSession session)
    {
        for (var alpha = RelaxedAlpha.After(session.Gate.Alpha); alpha is { } wider; alpha = RelaxedAlpha.After(wider))
            if (session.State.WouldReopen(session.Gate, session.Gate with { Alpha = wider }) > 0) return wider;
        return null;
    }

    /// <summary>Where the walk ends for want of accuracy: at the floor, or because candidates cost too much.</summary>
    private bool HasRoomForSecondWind(RunSession session) =>
        (IsExhausted(session) || (WhyOver(session) is null && session.State.Candidates.Any(c => c.Candidate.Verdict == Verdict.TooInaccurate))) && SecondWind.IsLeft(session.State);

    /// <summary>The last candidate cost no more than a step may, but crossed the floor: where there is room above it is known better, and ever smaller cuts need not find out.</summary>
    private bool NeedsSecondWind(RunSession session) =>
        session.State.LastCrossedFloor(session.Gate) && !session.State.Probes.Any() && SecondWind.IsLeft(session.State) && WhyOver(session) is null;

    private static TunedModel Choose(RunSession session, int number)
    {
        var others = session.State.Probes.Where(p => p.Candidate.Number != number).Select(p => p.ModelBlob!).ToList();
        session.Append(new JournalEntry.ProbeChosen(number), dropped: others);
        session.Progress.Report(new RunEvent.ProbeAccepted(number, session.State.Accepted[^1].LatencySeconds, session.State.Accepted[^1].SelectionTop1));
        return session.RestoreAccepted();
    }

    /// <summary>By the steps that were asked for, however far the gate was opened since.</summary>
    private static bool IsExhausted(RunSession session) =>
        session.FirstGate.Exhausted(session.State.Scale.Expected(session.State.Accepted[^1].SelectionTop1));

    private string? WhyOver(RunSession session)
    {
        var (limits, state) = (request.Limits, session.State);
        var (first, last) = (state.Accepted[0], state.Accepted[^1]);
        if (IsExhausted(session))
            return $"half a step more could cost {(1 - session.FirstGate.Alpha) / 2:P2} of accuracy and cross the floor";
        if (request.Goal is Goal.Latency { BudgetSeconds: var budget } && last.LatencySeconds <= budget)
            return $"the accepted model is within the latency budget of {budget * 1e3:0.###} ms";
        if (last.LatencySeconds < limits.MinLatency * first.LatencySeconds) return $"latency fell below {limits.MinLatency:P0} of the first";
        if (state.Candidates.Length >= limits.MaxIterations) return $"the limit of {limits.MaxIterations} candidates was reached";
        if (session.WalkIsOver) return OutOfTime;
        return null;
    }
}
