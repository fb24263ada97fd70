namespace CPrune.Pruning.Runs;

/// <summary>
/// The same command with another time limit goes on with the run. What was decided stays, and so does the length of the short trainings, because candidates are judged by them; the
/// end of the walk and the long training follow the new limit. A walk that the old limit ended goes on where the new one has room, even behind a result.
/// </summary>
internal static class ChangedTimeLimit
{
    /// <summary>Notes in the journal that the limit changed, if it did since the last sitting.</summary>
    public static void Follow(RunSession session)
    {
        var (request, state) = (session.Request, session.State);
        var text = RunIdentity.TimeLimitOf(request.Options);
        if (text == (state.TimeLimit?.Text ?? RunIdentity.TimeLimitOf(session.Header.Options))) return;
        var walkGoesOn = state.WalkOutOfTime && !session.WalkIsOver;
        var plan = state.Plan is { } old && (walkGoesOn || state.LongTrainings.IsEmpty)
            ? old.WithLimit(request.Training, request.TimeLimit, request.Data.Train.Count)
            : state.Plan;
        session.Append(new JournalEntry.TimeLimitChanged(text, plan, walkGoesOn));
        session.Progress.Report(new RunEvent.TimeLimitChanged(text, walkGoesOn));
    }
}
