using CPrune.Devices;
using CPrune.Graph.Onnx;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Where the trade-off is wanted: every accepted model is written out, timed in turn with the original, and read on the test set, once, after everything is
/// decided. What was not measured in the walk is first tuned as candidates are. A model that fails here is missing from the trade-off, for good: a resumed run does not try it again.
/// </summary>
internal static class TraceStage
{
    public const string Folder = "trace";

    /// <summary>At most, to time one point.</summary>
    internal const double SecondsPerPoint = 5;

    private static readonly CompareOptions s_perPoint = new(0.006, TimeSpan.FromSeconds(SecondsPerPoint), null);

    public static async Task ExecuteAsync(RunSession session, CancellationToken cancellation)
    {
        if (!session.Request.WithTrace) return;
        var accepted = session.State.Accepted;
        var original = session.Restore(accepted[0]);
        for (var i = session.State.TracedModels; i < accepted.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            session.Progress.Report(new RunEvent.PhaseAdvanced(PhaseClock.Measuring, i, accepted.Count, "models", "the trade-off"));
            var file = Path.Combine(Folder, FormattableString.Invariant($"{i:000}.onnx"));
            Directory.CreateDirectory(Path.Combine(session.Request.OutputFolder, Folder));
            OnnxFile.Write(Path.Combine(session.Request.OutputFolder, file), session.Model(accepted[i].Blob));
            session.Append(i == 0
                ? new JournalEntry.TracePointMeasured(new TracePoint(file, accepted[0].LatencySeconds, 1, accepted[0].SelectionTop1, session.State.Judged!.TestTop1))
                : await EntryAsync(session, file, original, accepted[i], cancellation).ConfigureAwait(false));
        }
    }

    private static async Task<JournalEntry> EntryAsync(RunSession session, string file, TunedModel original, AcceptedModel accepted, CancellationToken cancellation)
    {
        try
        {
            var (point, trials) = await MeasureAsync(session, file, original, accepted, cancellation).ConfigureAwait(false);
            return new JournalEntry.TracePointMeasured(point) { Trials = trials };
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            return new JournalEntry.TracePointFailed(new MissingPoint(file, e.Message));
        }
    }

    private static async Task<(TracePoint Point, int Trials)> MeasureAsync(RunSession session, string file, TunedModel original, AcceptedModel accepted, CancellationToken cancellation)
    {
        var model = session.Restore(accepted);
        var trials = 0;
        if (accepted.IsForeseen)
        {
            (model, trials) = await session.Clock.TimeAsync(PhaseClock.Tuning, () => session.Latency.RetuneAsync(
                model.Graph, original, session.Request.Tuning.TrialsPerChangedTask, cancellation)).ConfigureAwait(false);
        }

        var ratio = await session.Clock.TimeAsync(
            PhaseClock.Measuring, () => session.Latency.CompareAsync(original, model, s_perPoint, cancellation)).ConfigureAwait(false);
        var test = session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.OnTest(model.Graph, cancellation));
        return (new TracePoint(file, ratio.New.Median, ratio.Ratio, accepted.SelectionTop1, test), trials);
    }
}
