using System.Collections.Immutable;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Durable;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Programs">Its table C.</param>
/// <param name="Trials">Programs measured at the end.</param>
/// <param name="Refusals">Why finalists were not the result, a phrase each.</param>
public sealed record Concluded(
    ModelFigures Before, ModelFigures After, AccuracyPromise? Promise, ImmutableArray<ProgramRow> Programs, ImmutableArray<LayerChannels> Channels,
    int Trials, ImmutableArray<string> Refusals, bool IsOriginal);

/// <summary>
/// The last stage of the method: a long tuning of the result, then the promise is checked. The result has to be faster than the tuned original, timed in
/// turn. It has to be at or above the floor on the held-out images, which are read here: on the whole test set, and on those that nothing was decided on.
/// If a finalist misses that, the next one is asked, and the original at last.
/// </summary>
internal static class Conclusion
{
    public const string ModelFile = "model.onnx";
    public const string LibraryFile = "model.so";
    public const string HeaderFile = "model.h";

    /// <summary>At most, to time the result in turn with the original; of a short run at most this share of its limit.</summary>
    private const double SecondsOfComparison = 20, ShareOfComparison = 0.05;

    /// <summary>Turns of the timing in the other runtime, and seconds of one.</summary>
    private const int ReferenceTurns = 3, SecondsOfReferenceTurn = 2;

    /// <summary>For all timing at the end.</summary>
    public static double SecondsOfTiming(PruneRequest request) => Comparison(request).TotalSeconds + (ReferenceTurns * SecondsOfReferenceTurn);

    private static TimeSpan Comparison(PruneRequest request)
    {
        var most = TimeSpan.FromSeconds(SecondsOfComparison);
        return request.TimeLimit * ShareOfComparison is { } share && share < most ? share : most;
    }

    public static async Task<Concluded> ExecuteAsync(
        RunContext run, Original original, ImmutableArray<JudgedModel> finalists, CancellationToken cancellation)
    {
        var refusals = new List<string>();
        var trials = 0;
        for (var i = 0; i < finalists.Length; i++)
        {
            var (finalist, number) = (finalists[i], i + 1);
            var tuned = await run.Steps.DoAsync($"finalist {number}: tuning", scope => TuneAsync(run, scope, finalist, cancellation)).ConfigureAwait(false);
            trials += tuned.Trials;
            var judged = tuned.Failure is { } failure
                ? new Judgement(failure, null, null)
                : await run.Steps.DoAsync($"finalist {number}: checks", scope => JudgeAsync(run, scope, original, tuned.Model!, cancellation)).ConfigureAwait(false);
            if (judged.Refused is null) return Finish(run, original, finalist with { Model = tuned.Model! }, judged, trials, refusals, cancellation);
            refusals.Add($"{finalist.Description}: {judged.Refused}");
        }

        return await KeepOriginalAsync(run, original, trials, refusals, cancellation).ConfigureAwait(false);
    }

    private static async Task<Tuned> TuneAsync(RunContext run, StepScope scope, JudgedModel finalist, CancellationToken cancellation)
    {
        scope.FollowsTimeLimit();
        run.Advance(PhaseClock.Tuning, $"long tuning of {finalist.Description}");
        try
        {
            var (tuned, trials) = await scope.Clock.TimeAsync(PhaseClock.Tuning, () => run.Latency.TuneAsync(
                run.Model(finalist.Model.Weights), run.Restore(finalist.Model), run.Request.Settings.Trials, OriginalStages.TuningLimit(run.Request),
                OriginalStages.Relay(run), cancellation)).ConfigureAwait(false);
            return new Tuned(RunModel.Of(finalist.Model.Weights, tuned, finalist.Model.LatencySeconds), trials, null);
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            return new Tuned(null, 0, e.Message);
        }
    }

    private static async Task<Judgement> JudgeAsync(
        RunContext run, StepScope scope, Original original, RunModel finalist, CancellationToken cancellation)
    {
        run.Advance(PhaseClock.Measuring, "the result against the original");
        var (first, tuned) = (run.Restore(original.Judged.Model), run.Restore(finalist));
        RatioEstimate ratio;
        try
        {
            ratio = await scope.Clock.TimeAsync(
                PhaseClock.Measuring, () => run.Latency.CompareAsync(first, tuned, new CompareOptions(0.004, Comparison(run.Request), null), cancellation)).ConfigureAwait(false);
        }
        catch (LibraryFailedException e)
        {
            return new Judgement(e.Message, null, null);
        }

        if (!ratio.IsInterval || ratio.High >= 1) return new Judgement($"its latency is {ratio.Ratio:P1} of the original's, at worst {ratio.High:P1}", ratio, null);
        run.Advance(PhaseClock.Evaluating, "the result's accuracy on the held-out images");
        var file = OnnxFile.ToBytes(tuned.Graph);
        var reading = scope.Clock.Time(PhaseClock.Evaluating, () => HeldOutReading.Of(run, file, tuned.Graph, cancellation));
        var floors = FloorsOf(run, original);
        if (IsBelow(reading.TestTop1, floors.Test)) return new Judgement($"{reading.TestTop1:P2} on the test set is below the floor of {floors.Test:P2}", ratio, reading);
        if (IsBelow(reading.UnseenTop1, floors.Unseen))
            return new Judgement($"{reading.UnseenTop1:P2} on the images that nothing was decided on is below the floor of {floors.Unseen:P2}", ratio, reading);
        var data = run.Request.Data;
        return new Judgement(
            scope.Clock.Time(
                PhaseClock.Evaluating, () => run.Services.Reference?.Disagreement(file, tuned.SharedObject, data.Unseen, data.Normalization, cancellation)),
            ratio, reading);
    }

    /// <summary>A share less another one may be off by a rounding, which is far less than an image.</summary>
    private static bool IsBelow(double top1, double floor) => top1 < floor - 1e-9;

    private static (double Test, double Unseen) FloorsOf(RunContext run, Original original)
    {
        var own = original.Answers.HeldOut;
        return run.Request.Goal.Floor is { } floor ? (floor.On(own.TestTop1), floor.On(own.UnseenTop1)) : (0, 0);
    }

    private static Concluded Finish(
        RunContext run, Original original, JudgedModel result, Judgement judged, int trials, List<string> refusals, CancellationToken cancellation) =>
        run.Steps.Do("conclusion", scope =>
        {
            var tuned = run.Restore(result.Model);
            var bytes = OnnxFile.ToBytes(tuned.Graph);
            OnnxFile.Write(Path.Combine(run.Request.OutputFolder, ModelFile), tuned.Graph);
            var librarySize = WriteLibrary(run, tuned);
            // Both sides are files that this program wrote, so that no gain comes of the rewriting.
            var (before, after) = scope.Clock.Time(PhaseClock.Measuring, () => Reference(run, OnnxFile.ToBytes(run.Original), bytes, cancellation));
            var (ratio, reading, own) = (judged.Ratio!, judged.Reading!, original.Answers.HeldOut);
            var floors = FloorsOf(run, original);
            var promise = floors.Test > 0
                ? new AccuracyPromise(
                    floors.Test, floors.Unseen, run.Request.Data.Test.Count, run.Request.Data.Unseen.Count, reading.TestChangeFrom(own),
                    reading.UnseenChangeFrom(own), refusals.Count + 1)
                : null;
            return new Concluded(
                FiguresOfOriginal(run, original, ratio.Old.Median, before) with { LibraryBytes = SizeOf(run.Restore(original.Judged.Model)) },
                Figures(tuned.Graph, bytes.Length, librarySize, ratio.New.Median, after, result.SelectionTop1, reading),
                promise, result.Model.Programs, LayerWidths.Compare(run.Original, tuned.Graph), trials, [.. refusals], IsOriginal: false);
        });

    private static Task<Concluded> KeepOriginalAsync(
        RunContext run, Original original, int trials, List<string> refusals, CancellationToken cancellation) =>
        run.Steps.DoAsync("conclusion", async scope =>
        {
            scope.FollowsTimeLimit();
            var model = run.Restore(original.Judged.Model);
            AtomicFile.Write(Path.Combine(run.Request.OutputFolder, ModelFile), run.Request.ModelBytes);
            var librarySize = WriteLibrary(run, model);
            var latency = await scope.Clock.TimeAsync(PhaseClock.Measuring, () => LatencyOfOriginalAsync(run, original, model, cancellation)).ConfigureAwait(false);
            var (before, _) = scope.Clock.Time(
                PhaseClock.Measuring, () => Reference(run, OnnxFile.ToBytes(run.Original), OnnxFile.ToBytes(run.Original), cancellation));
            var figures = FiguresOfOriginal(run, original, latency, before) with { LibraryBytes = librarySize };
            return new Concluded(
                figures, figures, null, original.Judged.Model.Programs, LayerWidths.Compare(run.Original, run.Original), trials, [.. refusals], IsOriginal: true);
        });

    /// <summary>As it is now; as it was when it was tuned, if it fails this time.</summary>
    private static async Task<double> LatencyOfOriginalAsync(RunContext run, Original original, TunedModel model, CancellationToken cancellation)
    {
        try
        {
            return (await run.Latency.MeasureAsync(model, cancellation).ConfigureAwait(false)).Median;
        }
        catch (LibraryFailedException)
        {
            return original.Judged.Model.LatencySeconds;
        }
    }

    private static long WriteLibrary(RunContext run, TunedModel model)
    {
        var library = Path.Combine(run.Request.OutputFolder, LibraryFile);
        run.Latency.WriteLibrary(model, library, Path.Combine(run.Request.OutputFolder, HeaderFile));
        return new FileInfo(library).Length;
    }

    private static long SizeOf(TunedModel model) => new FileInfo(model.SharedObject).Length;

    private static (double? Before, double? After) Reference(RunContext run, byte[] original, byte[] result, CancellationToken cancellation)
    {
        if (run.Services.Reference is not { } reference) return (null, null);
        var threads = run.Services.Device.Target.Threads;
        var (before, after) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < ReferenceTurns; turn++)
        {
            before.Add(reference.LatencySeconds(original, threads, cancellation));
            after.Add(reference.LatencySeconds(result, threads, cancellation));
        }

        return (before.Order().ElementAt(ReferenceTurns / 2), after.Order().ElementAt(ReferenceTurns / 2));
    }

    private static ModelFigures FiguresOfOriginal(RunContext run, Original original, double latency, double? reference) => Figures(
        run.Original, run.Request.ModelBytes.Length, 0, latency, reference, original.Answers.SelectionTop1, original.Answers.HeldOut);

    private static ModelFigures Figures(
        ModelGraph graph, long fileBytes, long libraryBytes, double latency, double? reference, double selection, HeldOutReading reading) => new(
            latency, reference, selection, reading.TestTop1, GraphStatistics.Parameters(graph), GraphStatistics.Macs(graph), fileBytes, reading.UnseenTop1,
            libraryBytes);

    /// <param name="Model">Null if tuning failed.</param>
    private sealed record Tuned(RunModel? Model, int Trials, string? Failure);

    /// <param name="Refused">Why it is not the result; null if it is.</param>
    private sealed record Judgement(string? Refused, RatioEstimate? Ratio, HeldOutReading? Reading);
}
