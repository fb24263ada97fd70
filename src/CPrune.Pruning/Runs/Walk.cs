using System.Collections.Immutable;
using System.Globalization;
using CPrune.Devices;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Training.Recipes;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>
/// The paper's walk (section 3; docs/how-it-works.md, "The walk"). A policy names one cut after the other. What is not faster is not trained; what loses
/// too much in a short training is refused; what passes is the accepted model from then on. At the end the accepted model is trained for long.
/// </summary>
internal sealed class Walk(RunContext run, IPolicy policy, Original original, JudgedModel start, CancellationToken cancellation)
{
    private readonly AccuracyGate _gate = new(run.Request.Settings.Alpha, original.Answers.SelectionTop1 - original.AllowedLoss(run.Request.Goal));
    private readonly List<Tried> _tried = [];
    private readonly List<JudgedModel> _accepted = [start];
    private readonly TrainingClock _clock = new(run.Request.TimeLimit?.TotalSeconds, null, OriginalStages.SecondsOfTheEnd(run));
    private int _roundStart;
    private (JudgedModel Of, TunedModel Model)? _restored;

    public async Task<SearchOutcome> ExecuteAsync()
    {
        Say();
        var end = WhyOver();
        while (end is null)
        {
            switch (Decide())
            {
                case PolicyDecision.Try attempt:
                    await TryAsync(attempt).ConfigureAwait(false);
                    break;
                case PolicyDecision.Choose(var number):
                    Choose(number);
                    break;
                case PolicyDecision.Over(var reason):
                    end = reason;
                    break;
            }

            end ??= WhyOver();
        }

        // A round that is broken off still has a best.
        if (_tried.Skip(_roundStart).Where(t => t.Record.Verdict == Verdict.Probed).MaxBy(t => t.Record.SelectionTop1) is { } best) Choose(best.Record.Number);
        var result = _accepted.Count > 1 ? TrainForLong(_accepted[^1]) : null;
        ImmutableArray<JudgedModel> finalists = [.. new[] { result }.OfType<JudgedModel>(), .. Enumerable.Reverse(_accepted).Where(a => a.Speed > 1)];
        return new SearchOutcome(
            finalists, [original.Judged, .. _accepted.Skip(1)], [.. _tried.Select(t => t.Record)], end, _tried.Sum(t => t.Record.Trials));
    }

    /// <summary>Says what a time limit shortens.</summary>
    private void Say()
    {
        var (paper, images) = (PaperEpochs.For(run.Request.Data.Train.Count), run.Request.Data.Train.Count);
        run.Progress.Report(new RunEvent.Said(run.Request.TimeLimit is null
            ? string.Create(CultureInfo.InvariantCulture, $"The paper's training: {paper.Short:N0} images after each cut, {paper.Long:N0} at the end ({images:N0} an epoch).")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The paper trains with {paper.Short:N0} images after each cut and {paper.Long:N0} at the end; the time limit shortens that to " +
                $"{run.Request.Settings.WalkShortShare:P0} and {LongPerShort * run.Request.Settings.WalkShortShare:P0} of the limit, at most.")));
    }

    private PolicyDecision Decide()
    {
        var model = Restored(_accepted[^1]);
        var history = _tried.Select(t => new CutOutcome(t.Record.Number, t.Key, t.Record.Step, t.Record.Verdict, t.Record.SelectionTop1)).ToList();
        return policy.Next(new PolicyView(model, PruningGraph.Analyze(model.Graph), run.Floors, history, _roundStart, run.Services.StepRule));
    }

    private string? WhyOver()
    {
        var (settings, goal, last) = (run.Request.Settings, run.Request.Goal, _accepted[^1]);
        if (_gate.Exhausted(last.SelectionTop1))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"a step may cost {(1 - _gate.Alpha) * 100:0.##} % of the accuracy (--alpha), which could cross the floor on the selection part");
        }

        if (goal is Goal.Latency { BudgetSeconds: var budget } && last.Model.LatencySeconds <= budget)
            return $"the accepted model is within the latency budget of {budget * 1e3:0.###} ms";
        if (1 / last.Speed < settings.MinLatency) return $"latency fell below {settings.MinLatency:P0} of the first";
        if (_tried.Count >= settings.MaxIterations) return $"the limit of {settings.MaxIterations} candidates was reached";
        return IsOutOfTime()
            ? "the time limit leaves room only for the long training and the last checks" + (_tried.Count == 0 ? ", and not for one candidate: give more" : "")
            : null;
    }

    /// <summary>The paper's long training is twenty times its short one, on either data set.</summary>
    private const int LongPerShort = 20;

    /// <summary>Images of the selection part for saliencies that judge by images: as many as make neighbouring scores steady.</summary>
    private const int ImagesOfSaliency = 512;

    private double LongSeconds => run.Request.TimeLimit is { } limit ? limit.TotalSeconds * LongPerShort * run.Request.Settings.WalkShortShare : 0;

    /// <summary>Nothing but the long training and the checks fits any more.</summary>
    private bool IsOutOfTime() => run.Request.TimeLimit is not null && run.Steps.Do($"after candidate {_tried.Count} of round {_accepted.Count}: time", scope =>
    {
        var left = _clock.SecondsLeft(run.Steps.ElapsedSeconds)!.Value;
        var isOut = left <= (_accepted.Count > 1 ? LongSeconds : 0);
        if (isOut) scope.FollowsTimeLimit();
        return isOut;
    });

    private async Task TryAsync(PolicyDecision.Try attempt)
    {
        var (cut, number, accepted) = (attempt.Cut, _tried.Count + 1, _accepted[^1]);
        var timed = await run.Steps.DoAsync($"candidate {number}: latency", scope => TimeAsync(scope, number, cut, accepted)).ConfigureAwait(false);
        var draft = new CandidateRecord(
            number, cut.Label, cut.Layers, cut.Filters, timed.Ratio?.Ratio, timed.Ratio?.Low, timed.Ratio?.High, timed.Model?.LatencySeconds, null, Verdict.Failed,
            timed.Reason, 0, timed.Trials)
        { CutReason = cut.Reason };
        if (timed.Refused is { } verdict)
        {
            Note(new Tried(cut.Key, draft with { Verdict = verdict }, null));
            return;
        }

        Judge(draft, cut, attempt.IsProbe, accepted, timed);
    }

    private async Task<Timed> TimeAsync(StepScope scope, int number, Cut cut, JudgedModel accepted)
    {
        run.Advance(PhaseClock.Tuning, $"candidate {number}: {cut.Filters} filters ({cut.Reason}) from {cut.Label}");
        var trials = 0;
        try
        {
            var model = Restored(accepted);
            var pruned = scope.Clock.Time(
                PhaseClock.Choosing, () => ModelCut.Apply(run.SaliencyOf(model.Graph, ImagesOfSaliency, cancellation), cut, run.Saliency));
            (var candidate, trials) = await scope.Clock.TimeAsync(PhaseClock.Tuning, () => run.Latency.RetuneAsync(
                pruned, model, run.Request.Settings.CandidateTrials, cancellation)).ConfigureAwait(false);
            var gate = new LatencyGate(run.Request.Settings.Beta);
            var ratio = await scope.Clock.TimeAsync(
                PhaseClock.Measuring, () => run.Latency.CompareAsync(model, candidate, gate, cancellation)).ConfigureAwait(false);
            if (!gate.Passes(ratio)) return new Timed(Verdict.TooSlow, gate.Explain(ratio), RunModel.Of("", candidate, ratio.New.Median), ratio, trials);
            var weights = scope.Keep($"candidate {number}: cut", pruned);
            return new Timed(null, gate.Explain(ratio), RunModel.Of(weights, candidate, ratio.New.Median), ratio, trials);
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            return new Timed(Verdict.Failed, e.Message, null, null, trials);
        }
    }

    private void Judge(CandidateRecord draft, Cut cut, bool isProbe, JudgedModel accepted, Timed timed)
    {
        var trained = Train($"candidate {draft.Number}", timed.Model!.Weights, ShortImages);
        var answers = Answer($"candidate {draft.Number}", trained);
        var (top1, packed) = (answers.Top1, answers.Packed);
        draft = draft with
        {
            SelectionTop1 = top1,
            TrainedImages = trained.Images,
            AccuracyChange = PairedDifference.Of(Unpack(accepted.Selection), Unpack(packed)),
            Reason = $"{draft.Reason}; {trained.Failure ?? _gate.Explain(accepted.SelectionTop1, top1)}",
        };
        if (trained.Failure is not null || !_gate.Passes(accepted.SelectionTop1, top1))
        {
            Note(new Tried(cut.Key, draft with { Verdict = trained.Failure is null ? Verdict.TooInaccurate : Verdict.Failed }, null));
            return;
        }

        var model = new JudgedModel(
            timed.Model with { Weights = trained.Weights }, accepted.Speed / LatencyChain.Link(draft), top1, packed, $"candidate {draft.Number}");
        Note(new Tried(cut.Key, draft with { Verdict = isProbe ? Verdict.Probed : Verdict.Accepted }, model));
        if (!isProbe) Accept(model);
    }

    private long? ShortImages(long seen) => run.Request.Training.ShortImages is { } given ? given - seen : ShortLeft(seen);

    private long? ShortLeft(long seen)
    {
        var paper = PaperEpochs.For(run.Request.Data.Train.Count).Short - seen;
        if (run.Request.TimeLimit is not { } limit) return paper;
        return _clock.ImagesPerSecond is { } speed
            ? Math.Max(0, Math.Min(paper, (long)(limit.TotalSeconds * run.Request.Settings.WalkShortShare * speed) - seen))
            : null;
    }

    private long? LongImages(long seen)
    {
        var asked = (run.Request.Training.LongImages ?? PaperEpochs.For(run.Request.Data.Train.Count).Long) - seen;
        return _clock.ImagesLeft(run.Steps.ElapsedSeconds) is { } left ? Math.Min(asked, left) : asked;
    }

    private TrainedWeights Train(string name, string weights, Func<long, long?> left)
    {
        var settings = run.Request.Settings;
        // At a constant rate, as the paper's.
        var way = new TrainingWay(settings.WalkLearningRate, LearningRateSchedule.Constant, settings.WalkBatch, Teacher: null);
        var begun = _clock.Seen;
        return new DurableTraining(run, _clock).Run(name, weights, way, () => left(_clock.Seen - begun), cancellation);
    }

    private Answered Answer(string name, TrainedWeights trained) => run.Steps.Do($"{name}: accuracy", scope =>
    {
        run.Advance(PhaseClock.Evaluating, name);
        var answers = scope.Clock.Time(PhaseClock.Evaluating, () => run.Accuracy.OnSelection(run.Model(trained.Weights), cancellation));
        return new Answered(answers.Top1, Answers.Pack(answers.Correct));
    });

    private JudgedModel? TrainForLong(JudgedModel accepted)
    {
        // What a limit shortened is trained anew with another limit.
        if (run.Request.TimeLimit is not null) run.Steps.Do("long training: begins", scope => { scope.FollowsTimeLimit(); return true; });
        var trained = Train("long training", accepted.Model.Weights, LongImages);
        if (trained.Images == 0) return null;
        var answers = Answer("long training", trained);
        return accepted with
        {
            Model = accepted.Model with { Weights = trained.Weights },
            SelectionTop1 = answers.Top1,
            Selection = answers.Packed,
            Description = $"{accepted.Description} after the long training",
        };
    }

    private void Choose(int number)
    {
        var chosen = _tried.FindIndex(t => t.Record.Number == number);
        _tried[chosen] = _tried[chosen] with { Record = _tried[chosen].Record with { Verdict = Verdict.Accepted } };
        Accept(_tried[chosen].Model!);
        run.Progress.Report(new RunEvent.ProbeAccepted(number));
    }

    private void Accept(JudgedModel model)
    {
        _accepted.Add(model);
        _roundStart = _tried.Count;
    }

    private void Note(Tried tried) => _tried.Add(run.Steps.Do($"candidate {tried.Record.Number}: verdict", _ =>
    {
        var record = tried.Record with { ElapsedSeconds = run.Steps.SecondsUntilNow - _tried.Sum(t => t.Record.ElapsedSeconds) };
        run.Progress.Report(new RunEvent.CandidateTried(record));
        return tried with { Record = record };
    }));

    private TunedModel Restored(JudgedModel judged)
    {
        if (_restored?.Of != judged) _restored = (judged, run.Restore(judged.Model));
        return _restored.Value.Model;
    }

    private IReadOnlyList<bool> Unpack(byte[] answers) => Answers.Unpack(answers, run.Request.Data.Selection.Count);

    private sealed record Tried(string Key, CandidateRecord Record, JudgedModel? Model);

    private sealed record Timed(Verdict? Refused, string Reason, RunModel? Model, RatioEstimate? Ratio, int Trials);

    private sealed record Answered(double Top1, byte[] Packed);
}
