using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Gates;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>
/// Stage 5 of the method, second half: a long tuning of the result, then the promise is checked. The result has to be faster than the tuned original, timed in
/// turn, and at or above the floor on the test set, which is read here. Where a long-trained model misses the floor, it is trained on if it missed by little, or an earlier one is trained for long in its place, and one between them where that has
/// room (<see cref="FloorSearch"/>); where none of them will do, the accepted models are asked as they are, back to the original.
/// </summary>
internal static class Conclusion
{
    public const string ModelFile = "model.onnx";
    public const string LibraryFile = "model.so";
    public const string HeaderFile = "model.h";

    /// <summary>Long trainings at most.</summary>
    private const int MostLongTrainings = 3;

    /// <summary>Of the loss that is allowed.</summary>
    private const double NearShare = 0.25, NearShareOfTheLast = 1;

    private static readonly CompareOptions s_thorough = new(0.004, TimeSpan.FromSeconds(20), null);

    public static async Task ExecuteAsync(RunSession session, CancellationToken cancellation)
    {
        var original = session.Restore(session.State.Accepted[0]);
        var refusals = new List<string>();
        var result = await LongTrainedAsync(session, original, refusals, cancellation).ConfigureAwait(false);
        for (var place = session.State.Accepted.Count - 1; place > 0 && result is null; place--)
        {
            var finalist = new Finalist(session.State.Accepted[place], place, $"accepted model {place}");
            result = (await TryAsync(session, original, finalist, refusals, cancellation).ConfigureAwait(false)).Passed;
        }

        if (result is not null) Finish(session, original, result, refusals, cancellation);
        else await KeepOriginalAsync(session, original, refusals, cancellation).ConfigureAwait(false);
    }

    /// <returns>The fastest of the long-trained models that keep the promise; null where none does.</returns>
    private static async Task<Passed?> LongTrainedAsync(RunSession session, TunedModel original, List<string> refusals, CancellationToken cancellation)
    {
        var (state, own) = (session.State, session.State.Judged!.TestTop1);
        var expected = state.Accepted.Select((model, p) => Math.Max(0, own - state.ScaleAt(p).Expected(model.SelectionTop1))).ToList();
        var search = new FloorSearch(expected, own - session.Request.Goal.MinAccuracy);
        var losses = new Dictionary<int, double>();
        Passed? best = null;
        for (var place = expected.Count - 1; place > 0 && !losses.ContainsKey(place);)
        {
            // Counted from the journal, so that a resumed run takes the same way.
            if (LongTraining.Count(session.State) >= MostLongTrainings && !session.State.LongTrainings.ContainsKey(place)) break;
            LongTraining.Execute(session, place, cancellation);
            if (TrainedForLong(session, place, refusals) is not { } finalist) break;
            var (passed, missedAt) = await TryAsync(session, original, finalist, refusals, cancellation).ConfigureAwait(false);
            if ((passed?.TestTop1 ?? missedAt) is not { } test) break;
            if (passed?.Ratio.Ratio < (best?.Ratio.Ratio ?? 1)) best = passed;
            losses[place] = own - test;
            if (place == expected.Count - 1 && passed is not null) break;
            var next = search.Next(losses);
            if (passed is null && IsNear(session, test, nothingElse: next == 0) && LongTraining.Count(session.State) < MostLongTrainings && LongTraining.Repeat(session, place, cancellation)) losses.Remove(place);
            else place = next;
        }

        return best;
    }

    /// <returns>Null where training made it clearly worse, or there was none.</returns>
    private static Finalist? TrainedForLong(RunSession session, int place, List<string> refusals)
    {
        var (model, scale, gate) = (session.State.Accepted[place], session.State.ScaleAt(place), session.Gate with { Floor = 0 });
        if (session.State.LongTrainings.GetValueOrDefault(place) is not { } trained) return null;
        var (before, after, description) = (scale.Expected(model.SelectionTop1), scale.Expected(trained.SelectionTop1), $"accepted model {place} after long training");
        if (gate.Passes(before, after)) return new Finalist(model with { Blob = trained.ModelBlob, SelectionTop1 = trained.SelectionTop1 }, place, description);
        refusals.Add($"{description}: {gate.Explain(before, after)}");
        return null;
    }

    /// <summary>Missed by so little that the same training again can be hoped to make up for it.</summary>
    /// <param name="nothingElse">No other model can be hoped to reach the floor: then more is tried.</param>
    private static bool IsNear(RunSession session, double test, bool nothingElse)
    {
        var (own, floor) = (session.State.Judged!.TestTop1, session.Request.Goal.MinAccuracy);
        return floor - test <= (nothingElse ? NearShareOfTheLast : NearShare) * (own - floor);
    }

    /// <returns>What keeps the promise, or the accuracy on the test set where that is too little; neither where something else is wrong.</returns>
    private static async Task<(Passed? Passed, double? MissedAt)> TryAsync(
        RunSession session, TunedModel original, Finalist finalist, List<string> refusals, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            var tuned = await TuneAsync(session, finalist, cancellation).ConfigureAwait(false);
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Measuring, $"result against original, {finalist.Description}"));
            var ratio = await session.Clock.TimeAsync(
                PhaseClock.Measuring, () => session.Latency.CompareAsync(original, tuned, s_thorough, cancellation)).ConfigureAwait(false);
            var file = OnnxFile.ToBytes(tuned.Graph);
            var test = session.Clock.Time(PhaseClock.Evaluating, () => session.Judgement(file, tuned.Graph, cancellation));
            if (WhyNot(session, tuned, file, ratio, test, cancellation) is not { } reason) return (new Passed(finalist, tuned, ratio, test), null);
            refusals.Add($"{finalist.Description}: {reason}");
            return (null, test < session.Request.Goal.MinAccuracy ? test : null);
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            refusals.Add($"{finalist.Description}: {e.Message}");
            return (null, null);
        }
    }

    /// <summary>The last accepted shape gets the long tuning, and so does one that was trained for long in its place; others keep the programs of the walk, where these were measured.</summary>
    private static async Task<TunedModel> TuneAsync(RunSession session, Finalist finalist, CancellationToken cancellation)
    {
        var (place, isLast) = (finalist.Place, finalist.Place == session.State.Accepted.Count - 1);
        if (!isLast && !finalist.Model.IsForeseen && !session.State.LongTrainings.ContainsKey(place)) return session.Restore(finalist.Model);
        if (!session.State.ResultTunings.ContainsKey(place))
        {
            session.Progress.Report(new RunEvent.PhaseStarted(PhaseClock.Tuning, "long tuning of the result"));
            var (tuned, trials) = await session.Clock.TimeAsync(PhaseClock.Tuning, () => session.Latency.TuneAsync(
                session.Model(finalist.Model.Blob), session.Restore(finalist.Model), session.Request.Tuning.TrialsPerTask,
                TimePlan.ResultTuningLimit(session.Request.TimeLimit), TuneOriginal.Relay(session), cancellation)).ConfigureAwait(false);
            session.Append(new JournalEntry.ResultTuned(tuned.Programs, trials) { Choices = tuned.Plan.Choices, Accepted = place });
        }

        var result = session.State.ResultTunings[place];
        return session.Restore(finalist.Model with { Programs = result.Programs, Choices = result.Choices });
    }

    private static string? WhyNot(RunSession session, TunedModel tuned, byte[] file, RatioEstimate ratio, double test, CancellationToken cancellation)
    {
        if (test < session.Request.Goal.MinAccuracy) return $"{test:P2} on the test set is below the floor of {session.Request.Goal.MinAccuracy:P2}";
        if (!ratio.IsInterval || ratio.High >= 1) return $"its latency is {ratio.Ratio:P1} of the original's, at worst {ratio.High:P1}";
        var data = session.Request.Data;
        return session.Services.Reference?.Disagreement(file, tuned.SharedObject, data.Test, data.Normalization, cancellation);
    }

    private static void Finish(RunSession session, TunedModel original, Passed passed, IReadOnlyList<string> refusals, CancellationToken cancellation)
    {
        var (folder, result, ratio) = (session.Request.OutputFolder, passed.Tuned, passed.Ratio);
        var bytes = OnnxFile.ToBytes(result.Graph);
        OnnxFile.Write(Path.Combine(folder, ModelFile), result.Graph);
        session.Latency.WriteLibrary(result, Path.Combine(folder, LibraryFile), Path.Combine(folder, HeaderFile));
        var (before, after) = session.Clock.Time(PhaseClock.Measuring, () => Reference(session, bytes, cancellation));
        session.Append(new JournalEntry.Concluded(
            Figures(original.Graph, session.Request.ModelBytes.Length, ratio.Old.Median, before, session.State.Judged!.SelectionTop1, session.State.Judged.TestTop1),
            Figures(result.Graph, bytes.Length, ratio.New.Median, after, passed.Finalist.Model.SelectionTop1, passed.TestTop1),
            passed.Finalist.Model.Blob, result.Programs, LayerWidths.Compare(original.Graph, result.Graph), Reason(session, refusals, ratio.New.Median)));
    }

    private static async Task KeepOriginalAsync(RunSession session, TunedModel original, List<string> refusals, CancellationToken cancellation)
    {
        var folder = session.Request.OutputFolder;
        AtomicFile.Write(Path.Combine(folder, ModelFile), session.Request.ModelBytes.Span);
        session.Latency.WriteLibrary(original, Path.Combine(folder, LibraryFile), Path.Combine(folder, HeaderFile));
        var latency = await session.Clock.TimeAsync(PhaseClock.Measuring, () => session.Latency.MeasureAsync(original, cancellation)).ConfigureAwait(false);
        var (before, _) = session.Clock.Time(PhaseClock.Measuring, () => Reference(session, session.Request.ModelBytes, cancellation));
        var judged = session.State.Judged!;
        var figures = Figures(original.Graph, session.Request.ModelBytes.Length, latency.Median, before, judged.SelectionTop1, judged.TestTop1);
        session.Append(new JournalEntry.Concluded(
            figures, figures, RunState.OriginalBlob, original.Programs, LayerWidths.Compare(original.Graph, original.Graph),
            $"nothing faster was found at this accuracy, the result is the original model, tuned; {Reason(session, refusals, latency.Median)}"));
    }

    private static string Reason(RunSession session, IReadOnlyList<string> refusals, double seconds) =>
        session.State.WalkEndReason + string.Concat(session.State.FailedLongTrainings.Select(f => $"; the long training of accepted model {f.Key} ended early: {f.Value}")) + (refusals.Count == 0 ? "" : $"; refused at the end: {string.Join("; ", refusals)}") + Missed(session, seconds);

    private static string Missed(RunSession session, double seconds) => session.Request.Goal is Goal.Latency { BudgetSeconds: var budget } && seconds > budget
        ? $"; the result takes {seconds * 1e3:0.###} ms, more than the latency budget of {budget * 1e3:0.###} ms"
        : "";

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

    /// <param name="Place">Among the accepted models.</param>
    private sealed record Finalist(AcceptedModel Model, int Place, string Description);

    /// <summary>Faster than the original, above the floor, and its library answers as its file does.</summary>
    private sealed record Passed(Finalist Finalist, TunedModel Tuned, RatioEstimate Ratio, double TestTop1);
}
