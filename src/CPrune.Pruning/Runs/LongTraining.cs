using CPrune.Graph;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>Stage 5 of the method, first half: an accepted model is trained for long, one journaled segment at a time.</summary>
internal static class LongTraining
{
    /// <param name="place">Of the model among the accepted ones; nothing happens to the original, at 0.</param>
    public static void Execute(RunSession session, int place, CancellationToken cancellation)
    {
        var begun = SegmentsOf(session, place);
        // What diverged is not tried again; old journals do not say so, but the tuning of the result is behind it.
        if (place == 0 || (session.State.ResultTunings.ContainsKey(place) && begun <= AccuracySide.LongSegments)) return;
        Train(session, place, begun, RoundUp(begun), cancellation);
    }

    /// <summary>Trains a model that had the whole long training for as long again, once.</summary>
    /// <returns>False where it had not, or had both already, or the training failed at once: its weights are the same.</returns>
    public static bool Repeat(RunSession session, int place, CancellationToken cancellation)
    {
        if (SegmentsOf(session, place) != AccuracySide.LongSegments) return false;
        Train(session, place, AccuracySide.LongSegments, 2 * AccuracySide.LongSegments, cancellation);
        return SegmentsOf(session, place) > AccuracySide.LongSegments;
    }

    /// <summary>Long trainings that were begun.</summary>
    public static int Count(RunState state) => state.LongTrainings.Values.Sum(t => 1 + (t.Segment / AccuracySide.LongSegments));

    private static int SegmentsOf(RunSession session, int place) => session.State.LongTrainings.TryGetValue(place, out var done) ? done.Segment + 1 : 0;

    private static int RoundUp(int begun) => begun <= AccuracySide.LongSegments ? AccuracySide.LongSegments : 2 * AccuracySide.LongSegments;

    private static void Train(RunSession session, int place, int begun, int end, CancellationToken cancellation)
    {
        if (begun >= end || session.State.FailedLongTrainings.ContainsKey(place)) return;
        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"long training of accepted model {place}"));
        var model = session.Model(session.State.LongTrainings.GetValueOrDefault(place)?.ModelBlob ?? session.State.Accepted[place].Blob);
        try
        {
            for (var segment = begun; segment < end; segment++) model = Advance(session, model, place, segment, cancellation);
        }
        catch (TrainingDivergedException e)
        {
            // What came before stands: the conclusion takes the last good weights.
            var reason = e.Message.TrimEnd('.');
            session.Append(new JournalEntry.LongTrainingFailed(place, reason));
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"long training ended early: {reason}"));
        }
    }

    private static ModelGraph Advance(RunSession session, ModelGraph model, int place, int segment, CancellationToken cancellation)
    {
        var images = LongPlan.OfSegment(session, place, segment);
        var (trained, answers) = new TrainingSegment(
            segment % AccuracySide.LongSegments, AccuracySide.LongSegments, images, session.LongRate, unchecked(session.Request.Seed - 1 - segment), "long training")
            .Train(session, model, cancellation);
        var blob = $"long-{place}-{segment % 2}";
        session.Append(new JournalEntry.LongTrainingAdvanced(segment, blob, answers.Top1) { Accepted = place, Images = images }, (blob, trained));
        return trained;
    }
}
