using System.Collections.Immutable;
using CPrune.Devices;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Durable;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Writes out every accepted model if the trade-off is wanted. Once all is decided, each is timed in turn with the original and read on the test set. A model that fails here is missing from the trade-off, for good: a resumed run does not try it again.
/// </summary>
internal static class TraceStage
{
    public const string Folder = "trace";

    /// <summary>At most, to time one point.</summary>
    private const double SecondsPerPoint = 5;

    private static readonly CompareOptions s_perPoint = new(0.006, TimeSpan.FromSeconds(SecondsPerPoint), null);

    public static async Task<Trace> ExecuteAsync(RunContext run, Original original, ImmutableArray<JudgedModel> accepted, CancellationToken cancellation)
    {
        if (!run.Request.WithTrace) return new Trace([], []);
        Directory.CreateDirectory(Path.Combine(run.Request.OutputFolder, Folder));
        var (points, missing) = (ImmutableArray.CreateBuilder<TracePoint>(), ImmutableArray.CreateBuilder<MissingPoint>());
        var first = run.Restore(original.Judged.Model);
        for (var i = 0; i < accepted.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (model, file) = (accepted[i], Path.Combine(Folder, FormattableString.Invariant($"{i:000}.onnx")));
            run.Advance(PhaseClock.Measuring, $"the trade-off: model {i + 1} of {accepted.Length}");
            OnnxFile.Write(Path.Combine(run.Request.OutputFolder, file), run.Model(model.Model.Weights));
            var measured = i == 0
                ? new Measured(new TracePoint(file, model.Model.LatencySeconds, 1, model.SelectionTop1, original.Answers.HeldOut.TestTop1), null)
                : await run.Steps.DoAsync($"trade-off: model {i}", scope => MeasureAsync(run, scope, file, first, model, cancellation)).ConfigureAwait(false);
            if (measured.Point is { } point) points.Add(point);
            else missing.Add(new MissingPoint(file, measured.Failure!));
        }

        return new Trace(points.ToImmutable(), missing.ToImmutable());
    }

    private static async Task<Measured> MeasureAsync(
        RunContext run, StepScope scope, string file, TunedModel original, JudgedModel accepted, CancellationToken cancellation)
    {
        scope.FollowsTimeLimit();
        try
        {
            var model = run.Restore(accepted.Model);
            var ratio = await scope.Clock.TimeAsync(
                PhaseClock.Measuring, () => run.Latency.CompareAsync(original, model, s_perPoint, cancellation)).ConfigureAwait(false);
            var test = scope.Clock.Time(PhaseClock.Evaluating, () => run.Accuracy.OnTest(model.Graph, cancellation));
            return new Measured(new TracePoint(file, ratio.New.Median, ratio.Ratio, accepted.SelectionTop1, test.Top1), null);
        }
        catch (LibraryFailedException e)
        {
            return new Measured(null, e.Message);
        }
    }

    private sealed record Measured(TracePoint? Point, string? Failure);
}

/// <summary>The trade-off between accuracy and latency.</summary>
internal sealed record Trace(ImmutableArray<TracePoint> Points, ImmutableArray<MissingPoint> Missing);
