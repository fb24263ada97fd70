using CPrune.Graph;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>Stage 5 of the method, first half: the accepted model is trained for long, one journaled segment at a time.</summary>
internal static class LongTraining
{
    public static void Execute(RunSession session, CancellationToken cancellation)
    {
        var state = session.State;
        if (state.Accepted.Count == 1 || state.ResultTuned is not null) return;
        var first = state.LongTraining is { } done ? done.Segment + 1 : 0;
        if (first >= AccuracySide.LongSegments) return;

        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, "long training of the accepted model"));
        var model = session.Model(state.LongTraining?.ModelBlob ?? state.Accepted[^1].Blob);
        try
        {
            for (var segment = first; segment < AccuracySide.LongSegments; segment++) model = Advance(session, model, segment, cancellation);
        }
        catch (TrainingDivergedException e)
        {
            // What came before stands: the conclusion takes the last good weights.
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"long training ended early: {e.Message}"));
        }
    }

    private static ModelGraph Advance(RunSession session, ModelGraph model, int segment, CancellationToken cancellation)
    {
        var (trained, answers) = new TrainingSegment(
            segment, AccuracySide.LongSegments, session.State.Plan!.LongImages, session.LongRate, unchecked(session.Request.Seed - 1 - segment), "long training").Train(session, model, cancellation);
        var blob = $"long-{segment % 2}";
        session.Append(new JournalEntry.LongTrainingAdvanced(segment, blob, answers.Top1), (blob, trained));
        return trained;
    }
}
