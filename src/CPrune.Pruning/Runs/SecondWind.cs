using CPrune.Graph;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>
/// A longer training within the walk. The floor is meant for the result, which is trained for long; candidates are trained for so short a time that they reach it early.
/// Where half a step could cross the floor, or only what costs too much is left, the accepted model is first trained for a share of the long training, and the walk goes on if that gave it room.
/// </summary>
internal static class SecondWind
{
    public const int Segments = 4;

    /// <summary>Of the long training, for one of these.</summary>
    private const int ShareOfLong = 4;

    /// <summary>Together they take no more than twice the long training.</summary>
    private const int Most = 8;

    /// <summary>True where the accepted model has not had one since it was accepted, and is not the original.</summary>
    public static bool IsLeft(RunState state)
    {
        var index = state.Accepted.Count - 1;
        return index > 0 && Images(state.Plan!) > 0 && (IsBegun(state) || (!state.SecondWinds.ContainsKey(index) && state.SecondWinds.Count < Most));
    }

    /// <summary>True where the accepted model's was interrupted.</summary>
    public static bool IsBegun(RunState state) => state.SecondWinds.TryGetValue(state.Accepted.Count - 1, out var begun) && begun.Segment < Segments - 1;

    /// <returns>The accepted model with the weights that are better on the selection split, its own or the trained ones.</returns>
    public static TunedModel Execute(RunSession session, TunedModel accepted, CancellationToken cancellation)
    {
        var index = session.State.Accepted.Count - 1;
        var begun = session.State.SecondWinds.GetValueOrDefault(index);
        session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, "a longer training of the accepted model, for room above the floor"));
        var model = begun is null ? accepted.Graph : session.Model(begun.ModelBlob);
        try
        {
            for (var segment = begun is null ? 0 : begun.Segment + 1; segment < Segments; segment++) model = Advance(session, model, index, segment, cancellation);
        }
        catch (TrainingDivergedException e)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Training, $"the longer training ended: {e.Message}"));
            session.Append(new JournalEntry.SecondWindAdvanced(index, Segments - 1, session.State.Accepted[^1].Blob, session.State.Accepted[^1].SelectionTop1) { Failed = true });
        }

        var now = session.State.Accepted[^1];
        session.Progress.Report(new RunEvent.SecondWindEnded(now.SelectionTop1));
        return accepted.WithWeights(session.Model(now.Blob));
    }

    private static ModelGraph Advance(RunSession session, ModelGraph model, int index, int segment, CancellationToken cancellation)
    {
        var seed = unchecked((session.Request.Seed * 6007) - (index * Segments) - segment);
        var images = Images(session.State.Plan!) / Segments;
        var (trained, answers) = new TrainingSegment(segment, Segments, images, session.LongRate, seed, "longer training").Train(session, model, cancellation);
        var blob = FormattableString.Invariant($"second-wind-{index}-{segment % 2}");
        session.Append(
            new JournalEntry.SecondWindAdvanced(index, segment, blob, answers.Top1) { Answers = Answers.Pack(answers.Correct), Images = images }, (blob, trained));
        return trained;
    }

    public static long Images(TimePlan plan) => plan.LongImages / ShareOfLong;
}
