using CPrune.Devices;
using CPrune.Graph.Onnx;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Where the trade-off is wanted: every accepted model is written out, timed in turn with the original, and read on the test set, once, after everything is
/// decided.
/// </summary>
internal static class TraceStage
{
    public const string Folder = "trace";

    private static readonly CompareOptions s_perPoint = new(0.006, TimeSpan.FromSeconds(5), null);

    public static async Task ExecuteAsync(RunSession session, CancellationToken cancellation)
    {
        if (!session.Request.WithTrace) return;
        var accepted = session.State.Accepted;
        var original = session.Restore(accepted[0]);
        for (var i = session.State.Trace.Length; i < accepted.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            session.Progress.Report(new RunEvent.PhaseAdvanced(PhaseClock.Measuring, i, accepted.Count, "models", "the trade-off"));
            var file = Path.Combine(Folder, FormattableString.Invariant($"{i:000}.onnx"));
            var point = i == 0
                ? new TracePoint(file, accepted[0].LatencySeconds, 1, accepted[0].SelectionTop1, session.State.Judged!.TestTop1)
                : await MeasureAsync(session, file, original, accepted[i], cancellation).ConfigureAwait(false);
            Directory.CreateDirectory(Path.Combine(session.Request.OutputFolder, Folder));
            OnnxFile.Write(Path.Combine(session.Request.OutputFolder, file), session.Model(accepted[i].Blob));
            session.Append(new JournalEntry.TracePointMeasured(point));
        }
    }

    private static async Task<TracePoint> MeasureAsync(RunSession session, string file, TunedModel original, AcceptedModel accepted, CancellationToken cancellation)
    {
        var model = session.Restore(accepted);
        var ratio = await session.Clock.TimeAsync(PhaseClock.Measuring, () => session.Services.Device.CompareModelsAsync(
            original.SharedObject, model.SharedObject, s_perPoint, cancellation)).ConfigureAwait(false);
        var test = session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.OnTest(model.Graph, cancellation));
        return new TracePoint(file, ratio.New.Median, ratio.Ratio, accepted.SelectionTop1, test);
    }
}
