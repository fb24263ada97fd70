using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Policies;

namespace CPrune.Pruning.Runs;

/// <summary>
/// The method as a durable run (method.md, "The loop"). Every stage ends with a journal entry in <c>run.db</c>; after a kill at any moment the same
/// request goes on behind the last entry.
/// </summary>
public sealed class PruneRun(PruneRequest request, PruneServices services)
{
    /// <summary>Runs to the end, or to <paramref name="cancellation"/>, and leaves <c>model.onnx</c>, <c>model.so</c>, <c>model.h</c> and <c>run.db</c> in the folder.</summary>
    /// <exception cref="UserErrorException">Kind Goal: the floor is above the model's own accuracy. Kind Model: nothing can be pruned. Kind Output: the folder.</exception>
    public async Task<RunRecord> ExecuteAsync(IProgress<RunEvent> progress, CancellationToken cancellation)
    {
        using var session = RunSession.Open(request, services, progress);
        if (session.State.Concluded is null)
        {
            if (session.State.Judged is null) Judge(session, cancellation);
            if (session.State.Tuned is null) await TuneOriginal.ExecuteAsync(session, cancellation).ConfigureAwait(false);
            await WalkAsync(session, cancellation).ConfigureAwait(false);
            LongTraining.Execute(session, cancellation);
            await Conclusion.ExecuteAsync(session, cancellation).ConfigureAwait(false);
        }

        var record = RunRecordReader.Read(session.Header, session.State);
        progress.Report(new RunEvent.Ended(record));
        return record;
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
        while (WhyOver(session) is null && NextCut(session, accepted) is { } cut)
            accepted = await CandidateTrial.TryAsync(session, accepted, cut, cancellation).ConfigureAwait(false);
        session.Append(new JournalEntry.WalkEnded(WhyOver(session) ?? "no task is left that could be cut further"));
    }

    private CutOption? NextCut(RunSession session, TunedModel accepted)
    {
        var memory = WalkMemory.Of(session.State.Outcomes);
        return services.Policy.Next(CutOptions.Of(accepted, session.Original, services.StepRule, request.Limits.MaxLayerCut, memory), memory);
    }

    private string? WhyOver(RunSession session)
    {
        var (limits, state) = (request.Limits, session.State);
        var (first, last) = (state.Accepted[0], state.Accepted[^1]);
        if (new AccuracyGate(limits.Alpha, request.MinAccuracy).Exhausted(state.Scale.Expected(last.SelectionTop1)))
            return $"one more step could cost {1 - limits.Alpha:P1} of accuracy and cross the floor";
        if (last.LatencySeconds < limits.MinLatency * first.LatencySeconds) return $"latency fell below {limits.MinLatency:P0} of the first";
        if (state.Candidates.Length >= limits.MaxIterations) return $"the limit of {limits.MaxIterations} candidates was reached";
        if (TimePlan.WalkIsOver(request.TimeLimit, state.ElapsedSeconds)) return "the time limit leaves room only for the long training and the last checks";
        return null;
    }
}
