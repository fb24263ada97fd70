using CPrune.Devices;
using CPrune.Graph.Onnx;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Where the goal is the trade-off: every accepted model is written out, timed in turn with the original, and read on the test set, once, after everything is
/// decided.
/// </summary>
internal static class TraceStage
{
    public const string Folder = "trace";

    private static readonly CompareOptions s_perPoint = new(0.006, TimeSpan.FromSeconds(8), null);

    public static async Task ExecuteAsync(RunSession session, CancellationToken cancellation)
    {
        if (session.Request.Goal is not Goal.Trace) return;
        var accepted = session.State.Accepted;
        var original = session.Restore(accepted[0]);
        for (var i = session.State.Trace.Length; i < accepted.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            session.Progress.Report(new RunEvent.PhaseAdvanced(PhaseClock.Measuring, i, accepted.Count, "models", "the trade-off"));
            var model = i == 0 ? original : session.Restore(accepted[i]);
            var ratio = await session.Clock.TimeAsync(PhaseClock.Measuring, () => session.Services.Device.CompareModelsAsync(
                original.Library, model.Library, s_perPoint, cancellation)).ConfigureAwait(false);
            var test = i == 0 ? session.State.Judged!.TestTop1 : session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.OnTest(model.Graph, cancellation));
            var file = Path.Combine(Folder, FormattableString.Invariant($"{i:000}.onnx"));
            Directory.CreateDirectory(Path.Combine(session.Request.OutputFolder, Folder));
            OnnxFile.Write(Path.Combine(session.Request.OutputFolder, file), model.Graph);
            session.Append(new JournalEntry.TracePointMeasured(new TracePoint(file, ratio.New.Median, ratio.Ratio, accepted[i].SelectionTop1, test)));
        }
    }
}
