using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Gates;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Stage 5 of the method, second half: a long tuning of the result, then the promise is checked. The result has to be faster than the tuned original, timed in
/// turn, and at or above the floor on the test set, which is read here. Where it fails, the accepted model before it is asked, back to the original.
/// </summary>
internal static class Conclusion
{
    public const string ModelFile = "model.onnx";
    public const string LibraryFile = "model.so";
    public const string HeaderFile = "model.h";

    private static readonly CompareOptions s_thorough = new(0.004, TimeSpan.FromSeconds(20), null);

    public static async Task ExecuteAsync(RunSession session, CancellationToken cancellation)
    {
        var original = session.Restore(session.State.Accepted[0]);
        var refusals = new List<string>();
        foreach (var finalist in Finalists(session))
        {
            cancellation.ThrowIfCancellationRequested();
            var tuned = await TuneAsync(session, finalist, cancellation).ConfigureAwait(false);
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Measuring, $"result against original, {finalist.Description}"));
            var ratio = await session.Clock.TimeAsync(PhaseClock.Measuring, () => session.Services.Device.CompareModelsAsync(
                original.SharedObject, tuned.SharedObject, s_thorough, cancellation)).ConfigureAwait(false);
            var test = session.Clock.Time(PhaseClock.Evaluating, () => session.Accuracy.OnTest(tuned.Graph, cancellation));
            if (WhyNot(session, ratio, test) is { } reason)
            {
                refusals.Add($"{finalist.Description}: {reason}");
                continue;
            }

            Finish(session, original, tuned, finalist, ratio, test, refusals, cancellation);
            return;
        }

        await KeepOriginalAsync(session, original, refusals, cancellation).ConfigureAwait(false);
    }

    /// <summary>Models that may be the result, best first: the long-trained one unless training made it clearly worse, then the accepted ones backwards.</summary>
    private static IEnumerable<Finalist> Finalists(RunSession session)
    {
        var pruned = session.State.Accepted.Skip(1).Reverse().ToList();
        if (pruned.Count == 0) yield break;
        var gate = new AccuracyGate(session.Alpha, session.Request.Goal.MinAccuracy);
        var scale = session.State.Scale;
        if (session.State.LongTraining is { } trained && gate.Passes(scale.Expected(pruned[0].SelectionTop1), scale.Expected(trained.SelectionTop1)))
            yield return new Finalist(pruned[0] with { Blob = trained.ModelBlob, SelectionTop1 = trained.SelectionTop1 }, "the model after long training", true);
        foreach (var (model, index) in pruned.Select((m, i) => (m, i)))
            yield return new Finalist(model, $"accepted model {pruned.Count - index}", index == 0);
    }

    /// <summary>The last accepted shape gets the long tuning, once; earlier ones keep the programs of the walk.</summary>
    private static async Task<TunedModel> TuneAsync(RunSession session, Finalist finalist, CancellationToken cancellation)
    {
        if (!finalist.HasLastShape) return session.Restore(finalist.Model);
        if (session.State.ResultTuned is null)
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Tuning, "long tuning of the result"));
            var (tuned, trials) = await session.Clock.TimeAsync(PhaseClock.Tuning, () => session.Latency.TuneAsync(
                session.Model(finalist.Model.Blob), session.Restore(finalist.Model), session.Request.Tuning.TrialsPerTask,
                TimePlan.TuningLimit(session.Request.TimeLimit), TuneOriginal.Relay(session), cancellation)).ConfigureAwait(false);
            session.Append(new JournalEntry.ResultTuned(tuned.Programs, trials) { Choices = tuned.Plan.Choices });
        }

        var result = session.State.ResultTuned!;
        return session.Restore(finalist.Model with { Programs = result.Programs, Choices = result.Choices });
    }

    private static string? WhyNot(RunSession session, RatioEstimate ratio, double test)
    {
        if (test < session.Request.Goal.MinAccuracy) return $"{test:P2} on the test set is below the floor of {session.Request.Goal.MinAccuracy:P2}";
        return !ratio.IsInterval || ratio.High >= 1 ? $"its latency is {ratio.Ratio:P1} of the original's, at worst {ratio.High:P1}" : null;
    }

    private static void Finish(
        RunSession session, TunedModel original, TunedModel result, Finalist finalist, RatioEstimate ratio, double test, List<string> refusals,
        CancellationToken cancellation)
    {
        var folder = session.Request.OutputFolder;
        var bytes = OnnxFile.ToBytes(result.Graph);
        OnnxFile.Write(Path.Combine(folder, ModelFile), result.Graph);
        session.Latency.WriteLibrary(result, Path.Combine(folder, LibraryFile), Path.Combine(folder, HeaderFile));
        var (before, after) = Reference(session, bytes, cancellation);
        session.Append(new JournalEntry.Concluded(
            Figures(original.Graph, session.Request.ModelBytes.Length, ratio.Old.Median, before, session.State.Judged!.SelectionTop1, session.State.Judged.TestTop1),
            Figures(result.Graph, bytes.Length, ratio.New.Median, after, finalist.Model.SelectionTop1, test),
            finalist.Model.Blob, result.Programs, LayerWidths.Compare(original.Graph, result.Graph), Reason(session, refusals)));
    }

    private static async Task KeepOriginalAsync(RunSession session, TunedModel original, List<string> refusals, CancellationToken cancellation)
    {
        var folder = session.Request.OutputFolder;
        AtomicFile.Write(Path.Combine(folder, ModelFile), session.Request.ModelBytes.Span);
        session.Latency.WriteLibrary(original, Path.Combine(folder, LibraryFile), Path.Combine(folder, HeaderFile));
        var latency = await session.Clock.TimeAsync(PhaseClock.Measuring, () => session.Latency.MeasureAsync(original, cancellation)).ConfigureAwait(false);
        var (before, _) = Reference(session, session.Request.ModelBytes, cancellation);
        var judged = session.State.Judged!;
        var figures = Figures(original.Graph, session.Request.ModelBytes.Length, latency.Median, before, judged.SelectionTop1, judged.TestTop1);
        session.Append(new JournalEntry.Concluded(
            figures, figures, RunState.OriginalBlob, original.Programs, LayerWidths.Compare(original.Graph, original.Graph),
            $"nothing faster was found at this accuracy, the result is the original model, tuned; {Reason(session, refusals)}"));
    }

    private static string Reason(RunSession session, List<string> refusals) =>
        refusals.Count == 0 ? session.State.WalkEndReason! : $"{session.State.WalkEndReason}; refused at the end: {string.Join("; ", refusals)}";

    private static (double? Before, double? After) Reference(RunSession session, ReadOnlyMemory<byte> result, CancellationToken cancellation)
    {
        if (session.Services.Reference is not { } reference) return (null, null);
        var threads = session.Services.Device.Target.Threads;
        const int Rounds = 3;
        var (before, after) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            before.Add(reference.LatencySeconds(session.Request.ModelBytes, threads, cancellation));
            after.Add(reference.LatencySeconds(result, threads, cancellation));
        }

        return (before.Order().ElementAt(Rounds / 2), after.Order().ElementAt(Rounds / 2));
    }

    private static ModelFigures Figures(ModelGraph graph, long fileBytes, double latency, double? reference, double selection, double test) =>
        new(latency, reference, selection, test, GraphStatistics.Parameters(graph), GraphStatistics.Macs(graph), fileBytes);

    /// <param name="HasLastShape">Its layers are as wide as the last accepted model's.</param>
    private sealed record Finalist(AcceptedModel Model, string Description, bool HasLastShape);
}
