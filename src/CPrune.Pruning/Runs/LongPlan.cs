namespace CPrune.Pruning.Runs;

/// <summary>
/// How many images a long training sees. Under a time limit every segment is planned when it begins, by the speed of training that was measured last: other work on the machine comes and goes, and the
/// training is to end when it should. Only what is journaled is asked, so that a resumed run plans alike.
/// </summary>
internal static class LongPlan
{
    /// <summary>Images of the whole training, as foreseen where the walk ends.</summary>
    public static long Foresee(RunSession session) => Images(session, session.State.ElapsedSeconds + session.Clock.Elapsed, 0, 0, 1, 1);

    /// <param name="place">Of the model among the accepted ones.</param>
    /// <param name="segment">From 0; behind those of a whole training, that of its repetition.</param>
    public static long OfSegment(RunSession session, int place, int segment)
    {
        var (state, number) = (session.State, segment % AccuracySide.LongSegments);
        var (spent, begun) = number == 0 ? (0.0, 0) : (state.LongTrainingSeconds[place], 1);
        return Images(session, state.ElapsedSeconds, spent, LongTraining.Count(state) - begun, AccuracySide.LongSegments - number, AccuracySide.LongSegments);
    }

    private static long Images(RunSession session, double elapsed, double spent, int before, int left, int segments)
    {
        var (request, state) = (session.Request, session.State);
        if (request.Training.LongImages is not null || request.TimeLimit is not { } limit || state.TrainingSpeed is not { } speed) return state.LongImages / segments;
        var seconds = TimePlan.LongSecondsLeft(limit, elapsed, session.TraceSeconds, spent, before);
        return state.Plan!.LongImagesIn(seconds, speed, request.Data.Train.Count, left, segments);
    }
}
