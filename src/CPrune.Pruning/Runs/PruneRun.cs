using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Runs;

/// <summary>
/// A run from the user's model to the result (docs/how-it-works.md). Its costly parts are durable steps: after a kill at any moment the same request
/// goes on behind the last step.
/// </summary>
public sealed class PruneRun(PruneRequest request, PruneServices services)
{
    /// <summary>The published procedure tunes every task of every candidate with so many trials (docs/how-it-works.md, "What the published code gets wrong").</summary>
    private const int PublishedTrialsPerTask = 70;

    /// <summary>Runs to the end, or to <paramref name="cancellation"/>, and leaves <c>model.onnx</c>, <c>model.so</c>, <c>model.h</c> and <c>run.db</c> in the folder.</summary>
    /// <exception cref="UserErrorException">Kind Goal: the floor is above the model's own accuracy. Kind Model: nothing can be pruned. Kind Output: the folder.</exception>
    public async Task<RunRecord> ExecuteAsync(IProgress<RunEvent> progress, CancellationToken cancellation)
    {
        using var run = RunContext.Open(request, services, progress);
        var (original, dead) = await BeginAsync(run, cancellation).ConfigureAwait(false);
        var start = dead.Model ?? original.Judged;
        var search = PolicyCatalog.WalkOrNull(request.Policy) is { } walk
            ? await new Walk(run, walk, original, start, cancellation).ExecuteAsync().ConfigureAwait(false)
            : await new PlannedSearch(run, original, start, cancellation).ExecuteAsync().ConfigureAwait(false);
        var trace = await TraceStage.ExecuteAsync(run, original, search.Accepted, cancellation).ConfigureAwait(false);
        var concluded = await Conclusion.ExecuteAsync(run, original, search.Finalists, cancellation).ConfigureAwait(false);
        var record = Record(run, original, dead, search, trace, concluded);
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
        using var run = RunContext.Open(request, services, progress);
        await BeginAsync(run, cancellation).ConfigureAwait(false);
    }

    private static async Task<(Original Original, DeadFilterOutcome Dead)> BeginAsync(RunContext run, CancellationToken cancellation)
    {
        var original = await OriginalStages.ExecuteAsync(run, cancellation).ConfigureAwait(false);
        run.TeachWith(original.Judged.Model);
        return (original, await DeadFilterStage.ExecuteAsync(run, original.Judged, cancellation).ConfigureAwait(false));
    }

    private static RunRecord Record(
        RunContext run, Original original, DeadFilterOutcome dead, SearchOutcome search, Trace trace, Concluded concluded)
    {
        long tasks = original.Judged.Model.Programs.Count(p => p.Macs > 0);
        return new RunRecord
        {
            Header = run.Header,
            Policy = run.Request.Policy,
            Goal = run.Request.Goal,
            TimeLimit = run.Request.TimeLimit,
            IsOriginal = concluded.IsOriginal,
            Settings = SettingCatalog.Texts(run.Request.Settings),
            Promise = concluded.Promise,
            Before = concluded.Before,
            After = concluded.After,
            Candidates = search.Candidates,
            TasksBefore = Rows(original.Judged.Model.Programs),
            TasksAfter = Rows(concluded.Programs),
            Channels = concluded.Channels,
            Phases = run.Steps.Phases,
            ElapsedSeconds = run.Steps.ElapsedSeconds,
            DeadFilters = dead.Filters,
            DeadFilterOutcome = dead.Outcome,
            Trace = trace.Points,
            MissingFromTrace = trace.Missing,
            Trials = new TrialCounts(
                original.Trials, search.Trials + dead.Trials, concluded.Trials, search.Candidates.Length * tasks * PublishedTrialsPerTask),
            EndReason = EndOf(run.Request.Goal, search, concluded),
        };
    }

    private static string EndOf(Goal goal, SearchOutcome search, Concluded concluded)
    {
        var nothing = concluded.IsOriginal
            ? search.Candidates.IsEmpty || search.IsTooShort
                ? "the result is the original model, tuned: "
                : "nothing faster was found at this accuracy, the result is the original model, tuned; "
            : "";
        var refused = concluded.Refusals.IsEmpty ? "" : $"; refused at the end: {string.Join("; ", concluded.Refusals)}";
        var seconds = concluded.After.LatencySeconds;
        var missed = goal is Goal.Latency { BudgetSeconds: var budget } && seconds > budget
            ? $"; the result takes {seconds * 1e3:0.###} ms, more than the latency budget of {budget * 1e3:0.###} ms"
            : "";
        return nothing + search.EndReason + refused + missed;
    }

    private static ImmutableArray<TaskRow> Rows(ImmutableArray<ProgramRow> programs) =>
        [.. programs.Select(p => new TaskRow(p.Label, p.Multiplicity, p.Macs, p.Latency.Median, p.Schedule)).OrderByDescending(r => r.Seconds * r.Multiplicity)];
}
