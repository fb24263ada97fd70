using CPrune.Graph;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>Stage 5 of the method, first half: an accepted model is trained for long, one journaled segment at a time.</summary>
internal static class LongTraining
{
    /// <param name="place">Of the model among the accepted ones; nothing happens to the original, at 0.</param>
    public static void Execute(RunSession session, int place, CancellationToken cancellation)
    {
        var state = session.State;
        if (place == 0 || state.ResultTunings.ContainsKey(place)) return;
        var done = state.LongTrainings.GetValueOrDefault(place);
        var first = done is null ? 0 : done.Segment + 1;
        if (first >= AccuracySide.LongSegments) return;

        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"long training of accepted model {place}"));
        var model = session.Model(done?.ModelBlob ?? state.Accepted[place].Blob);
        try
        {
            for (var segment = first; segment < AccuracySide.LongSegments; segment++) model = Advance(session, model, place, segment, cancellation);
        }
        catch (TrainingDivergedException e)
        {
            // What came before stands: the conclusion takes the last good weights.
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"long training ended early: {e.Message}"));
        }
    }

    private static ModelGraph Advance(RunSession session, ModelGraph model, int place, int segment, CancellationToken cancellation)
    {
        var (trained, answers) = new TrainingSegment(
            segment, AccuracySide.LongSegments, session.State.Plan!.LongImages, session.LongRate, unchecked(session.Request.Seed - 1 - segment), "long training").Train(session, model, cancellation);
        var blob = $"long-{place}-{segment % 2}";
        session.Append(new JournalEntry.LongTrainingAdvanced(segment, blob, answers.Top1) { Accepted = place }, (blob, trained));
        return trained;
    }
}
