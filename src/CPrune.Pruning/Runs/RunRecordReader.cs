using System.Collections.Immutable;

namespace CPrune.Pruning.Runs;

/// <summary>Turns a run's state into the record a report is made from.</summary>
public static class RunRecordReader
{
    /// <exception cref="InvalidOperationException">The original has not been tuned yet: there is nothing to report.</exception>
    public static RunRecord Read(RunHeader header, RunState state)
    {
        var original = state.Accepted is [var first, ..]
            ? first
            : throw new InvalidOperationException("the run has not measured the original yet");
        return new RunRecord
        {
            Header = state.TimeLimit is { } changed ? RunIdentity.WithTimeLimit(header, changed.Text) : header,
            Before = state.Concluded?.Before
                ?? new ModelFigures(original.LatencySeconds, null, original.SelectionTop1, state.Judged!.TestTop1, 0, 0, 0),
            After = state.Concluded?.After,
            Candidates = [.. state.Candidates.Select(c => c.Candidate)],
            TasksBefore = Rows(original.Programs),
            TasksAfter = Rows(state.Concluded?.Programs ?? state.Accepted[^1].Programs),
            Channels = state.Concluded?.Channels ?? [],
            Phases = state.Phases,
            DeadFilters = state.DeadFilters?.Removed ?? [],
            DeadFilterOutcome = state.DeadFilters?.Reason,
            Trace = state.Trace,
            MissingFromTrace = state.MissingFromTrace,
            Trials = Trials(state, original),
            EndReason = state.Concluded?.Reason ?? state.WalkEndReason,
        };
    }

    /// <summary>The published procedure tunes every task of every candidate with so many trials (docs/how-it-works.md, "What the published code gets wrong").</summary>
    private const int PublishedTrialsPerTask = 70;

    private static TrialCounts Trials(RunState state, AcceptedModel original)
    {
        long tasks = original.Programs.Count(p => p.Macs > 0);
        return new TrialCounts(
            state.Tuned!.Trials, state.Candidates.Sum(c => c.Candidate.Trials) + state.StaircaseTrials + (state.DeadFilters?.Trials ?? 0), state.ResultTunings.Values.Sum(r => r.Trials) + state.TraceTrials,
            state.Candidates.Length * tasks * PublishedTrialsPerTask);
    }

    private static ImmutableArray<TaskRow> Rows(ImmutableArray<ProgramRow> programs) =>
        [.. programs.Select(p => new TaskRow(p.Label, p.Multiplicity, p.Macs, p.Latency.Median, p.Schedule)).OrderByDescending(r => r.Seconds * r.Multiplicity)];
}
