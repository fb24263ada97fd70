using System.Collections.Immutable;
using System.Globalization;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Policies;
using CPrune.Training.Data;
using CPrune.Training.Recipes;
using CPrune.Tuning;

namespace CPrune.Pruning.Runs;

/// <summary>What a search found.</summary>
/// <param name="Finalists">Models that may be the result, the fastest first.</param>
/// <param name="Accepted">Models of the trade-off, in the order in which they came about; the original first.</param>
/// <param name="Candidates">All that was tried.</param>
/// <param name="EndReason">Why it ended, as a sentence without its end.</param>
/// <param name="Trials">Programs measured for candidates, and for what they were chosen by.</param>
/// <param name="IsTooShort">There was too little time to find anything: that nothing was found says nothing of the model.</param>
public sealed record SearchOutcome(
    ImmutableArray<JudgedModel> Finalists, ImmutableArray<JudgedModel> Accepted, ImmutableArray<CandidateRecord> Candidates, string EndReason, int Trials,
    bool IsTooShort = false);

/// <summary>
/// Plans all widths at once, and trains what it plans (docs/how-it-works.md, "The planned search"). Every stage cuts the model of an earlier one, begins
/// with its weights, and is trained to a rate of zero, so that each is a result. <see cref="StagePlan"/> says how far a stage cuts and how long it trains.
/// </summary>
internal sealed class PlannedSearch(RunContext run, Original original, JudgedModel start, CancellationToken cancellation)
{
    /// <summary>Trainings that a stage's share is meant for: most often one rate on each side of the best is tried, later one above it.</summary>
    private const int FirstRateTrials = 3, RateTrials = 2;

    private readonly PlanCosts _costs = PolicyCatalog.PlannerOf(run.Request.Policy);
    private readonly TrainingClock _clock = NewClock(run);
    private readonly List<Stage> _stages = [];
    private double? _rate;
    private bool _learnsByHints;
    private readonly Dictionary<bool, double> _tooLargeRates = [];
    private string? _diverged;
    private readonly List<CandidateRecord> _candidates = [];
    private readonly HashSet<string> _plans = new(StringComparer.Ordinal);
    private int _trials;

    /// <summary>The original, without dead filters where these were removed.</summary>
    private readonly ModelGraph _whole = run.Model(start.Model.Weights);
    private readonly HintLayers _hints = new(run.Model(start.Model.Weights));

    private double Allowed => original.AllowedLoss(run.Request.Goal);

    public async Task<SearchOutcome> ExecuteAsync()
    {
        var plans = new PlanStage(run, _costs, original.Answers.SecondsPerImage, cancellation);
        double? deepest = null;
        var end = "";
        for (var number = 1; ; number++)
        {
            var decision = Decide(number, deepest);
            if (decision.Kind == StageKind.End)
            {
                end = decision.Reason;
                break;
            }

            var from = decision.From == 0 ? new Stage(start, 0, 0, 0, 0) : _stages[decision.From - 1];
            var judged = decision.Kind == StageKind.TrainOn
                ? TrainOn(number, from, decision)
                : await CutAsync(plans, number, from, decision).ConfigureAwait(false);
            // Another training would go on at the same rate.
            if (_diverged is not null) { end = _diverged; break; }
            if (judged is null)
            {
                deepest = Math.Min(deepest ?? double.PositiveInfinity, (from.Depth + decision.Depth) / 2);
            }
            else
            {
                _stages.Add(judged);
                // What could not be cut further may be another model now: nothing is known of the new one's cuts.
                deepest = null;
            }

            if (_candidates.Count >= run.Request.Settings.MaxIterations) { end = "as many candidates were tried as may be"; break; }
        }

        return Outcome(end, plans.Trials);
    }

    private static TrainingClock NewClock(RunContext run)
    {
        var (request, training) = (run.Request, run.Request.Training);
        var images = training.LongImages ?? (request.TimeLimit is null ? PlannedTraining.Of(request).Images : null);
        return new TrainingClock(request.TimeLimit?.TotalSeconds, images, OriginalStages.SecondsOfTheEnd(run));
    }

    private StageDecision Decide(int number, double? deepest) => run.Steps.Do($"stage {number}: decision", scope =>
    {
        var left = _clock.ImagesLeft(run.Steps.ElapsedSeconds);
        var decision = left == 0 && _stages.Count == 0
            ? new StageDecision(StageKind.End, 0, 0, 0, TooLittleTime())
            : Next(left ?? long.MaxValue / 4, deepest);
        if (decision.Kind == StageKind.End || decision.Share == 1) scope.FollowsTimeLimit();
        return decision;
    });

    private StageDecision Next(long left, double? deepest)
    {
        var (settings, error) = (run.Request.Settings, HeldOut.StandardError(run.Request.Data.Selection.Count));
        var results = _stages.Select(s => s.Result(error)).ToImmutableArray();
        return run.Request.Goal is Goal.Latency { BudgetSeconds: var budget }
            ? StagePlan.NextForLatency(
                settings, original.Judged.Model.LatencySeconds / budget, results, [.. _stages.Select(s => s.Judged.Speed)], _clock.Seen, left, deepest)
            : _costs == PlanCosts.Nothing
            ? StagePlan.NextUncut(results, left)
            : StagePlan.Next(settings, Allowed, results, _clock.Seen, left, deepest);
    }

    private string TooLittleTime()
    {
        var needed = run.Steps.ElapsedSeconds + OriginalStages.SecondsOfTheEnd(run);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the time limit leaves no time to train one candidate: reading and tuning the original and the checks at the end take {needed:0} s here; " +
            $"give at least twice as long");
    }

    /// <returns>Null if there is no such cut, or if it is not faster.</returns>
    private async Task<Stage?> CutAsync(PlanStage plans, int number, Stage from, StageDecision decision)
    {
        var planned = await plans.PlanAsync(number, from.Judged, original.Judged, from.Depth, decision.Depth).ConfigureAwait(false);
        // A plan that was tried already would only be trained again.
        if (planned.Cut is not { } cut || !_plans.Add($"{from.Number}: {cut.Removed}")) return null;
        var draft = new CandidateRecord(
            _candidates.Count + 1, cut.Label, cut.Layers, cut.Filters, null, null, null, null, null, Verdict.Failed, "", 0, 0)
        { CutReason = $"{decision.Reason}; {cut.Reason}" };
        var timed = await TimeAsync(number, from.Judged, planned).ConfigureAwait(false);
        draft = draft with { Ratio = timed.Ratio, RatioLow = timed.Low, RatioHigh = timed.High, LatencySeconds = timed.Model?.LatencySeconds, Trials = timed.Trials };
        _trials += timed.Trials;
        if (timed.Refused is { } verdict)
        {
            Add(number, draft with { Verdict = verdict, Reason = timed.Reason });
            return null;
        }

        var model = new JudgedModel(timed.Model!, 1 / timed.Ratio!.Value, 0, [], "");
        return Train(number, new Stage(model, planned.Depth, from.Images, 0, from.Number), decision, draft);
    }

    private Stage TrainOn(int number, Stage stage, StageDecision decision)
    {
        var draft = new CandidateRecord(
            _candidates.Count + 1, stage.Judged.Description, [], 0, 1 / stage.Judged.Speed, null, null, stage.Judged.Model.LatencySeconds, null, Verdict.Failed, "", 0, 0)
        { CutReason = $"trained on, because {decision.Reason}" };
        return Train(number, stage, decision, draft);
    }

    private Stage Train(int number, Stage stage, StageDecision decision, CandidateRecord draft)
    {
        var name = $"stage {number}";
        var (trained, rate) = decision.Kind == StageKind.TrainOn && _rate is { } found
            ? At(RateOf(name, stage, decision, found))
            : FindRate(name, stage, decision.Share);
        var model = stage.Judged with
        {
            Model = stage.Judged.Model with { Weights = trained.Weights.Weights },
            SelectionTop1 = trained.Top1,
            Selection = trained.Answers,
            Description = $"candidate {draft.Number}",
        };
        var (change, loss) = (Change(model), Loss(model));
        var result = stage with
        {
            Judged = model,
            Images = stage.Images + trained.Weights.Images,
            ImagesSinceCut = stage.ImagesSinceCut + trained.Weights.Images,
            Number = number,
            Loss = loss,
        };
        _diverged = trained.Weights.Failure;
        Add(number, draft with
        {
            SelectionTop1 = trained.Top1,
            AccuracyChange = change,
            ForeseenLoss = loss,
            TrainedImages = trained.Weights.Images,
            Verdict = Keeps(loss) ? Verdict.Accepted : trained.Weights.Failure is null ? Verdict.TooInaccurate : Verdict.Failed,
            Reason = (trained.Weights.Failure is { } failure ? $"{failure}; " : "") + string.Create(
                CultureInfo.InvariantCulture, $"about {loss * 100:0.00} of {Allowed * 100:0.00} points are lost (rate {rate:0.####})"),
        });
        return result;

        (Trained, double) At(double peak) => (TrainAndJudge(name, stage, peak, decision.Share), peak);
    }

    /// <summary>
    /// The rate for a model that may have been trained since its cut. If it was trained for longer than now, a rate as high as then
    /// would undo more than the rest of the training brings back: it falls by the same share.
    /// </summary>
    private double RateOf(string name, Stage stage, StageDecision decision, double found) => run.Steps.Do($"{name}: rate", _ =>
        _clock.ImagesLeft(run.Steps.ElapsedSeconds) is { } left && stage.ImagesSinceCut > 0
            ? found * Math.Min(1, left * decision.Share / stage.ImagesSinceCut)
            : found);

    /// <summary>
    /// Trains a cut model at several learning rates, a factor apart, as long as the next one is better. The best model is the stage's, so
    /// that its training is not lost. A smaller rate is only tried of the first stage, and has to be better by more than the error of a
    /// reading: longer trainings and deeper cuts follow, and they want larger rates. A rate that was worse by more than that is too large
    /// for good, with hints or without: these are two losses.
    /// </summary>
    private (Trained Best, double Rate) FindRate(string name, Stage stage, double share)
    {
        var (settings, error) = (run.Request.Settings, HeldOut.StandardError(run.Request.Data.Selection.Count));
        var (rate, images, trials) = (_rate ?? settings.LearningRate, (long?)null, _rate is null ? FirstRateTrials : RateTrials);
        var (hasHints, tooLarge) = (_learnsByHints && !HintsOf(stage).IsEmpty, double.PositiveInfinity);
        if (_rate is null && !HintsOf(stage).IsEmpty) trials++;
        if (_tooLargeRates.TryGetValue(hasHints, out var known)) tooLarge = known;
        if (!MayRise()) trials = 1;
        var first = Try(rate);
        var best = first;
        images = Math.Max(settings.Batch, best.Weights.Images);
        while (MayRise())
        {
            var next = Try(rate * settings.RateFactor);
            if (Gain(next) < -error) tooLarge = _tooLargeRates[hasHints] = rate * settings.RateFactor;
            if (Gain(next) <= 0) break;
            (best, rate) = (next, rate * settings.RateFactor);
        }

        while (_rate is null && (best == first || rate < settings.LearningRate) && Try(rate / settings.RateFactor) is var next && Gain(next) > error)
            (best, rate) = (next, rate / settings.RateFactor);
        if (_rate is null) TryHints();
        _rate = rate;
        return (best, rate);

        // Whether they help depends on the network, so that they have to show it, as a smaller rate has to.
        void TryHints()
        {
            _learnsByHints = !HintsOf(stage).IsEmpty;
            if (!_learnsByHints) return;
            var next = TrainAndJudge($"{name} with hints", stage, rate, share / trials, images);
            _learnsByHints = Gain(next) > error;
            if (_learnsByHints) best = next;
        }

        bool MayRise() => rate * settings.RateFactor < tooLarge;

        Trained Try(double at) => TrainAndJudge(
            string.Create(CultureInfo.InvariantCulture, $"{name} at rate {at:0.######}"), stage, at, share / trials, images);

        // A training that diverged is no rate to go on with, whatever was there before.
        double Gain(Trained next) => next.Weights.Failure is not null ? double.NegativeInfinity
            : best.Weights.Failure is not null ? double.PositiveInfinity
            : next.Top1 - best.Top1;
    }

    /// <param name="images">Of the whole training; null if the share says it.</param>
    private Trained TrainAndJudge(string name, Stage stage, double rate, double share, long? images = null)
    {
        var settings = run.Request.Settings;
        var way = new TrainingWay(rate, LearningRateSchedule.Cosine, settings.Batch, TeacherOf(stage));
        var begun = _clock.Seen;
        var trained = new DurableTraining(run, _clock).Run(
            name, stage.Judged.Model.Weights, way, () => images is { } all ? Math.Max(0, all - (_clock.Seen - begun)) : LeftOfStage(begun, share), cancellation);
        return run.Steps.Do($"{name}: accuracy", scope =>
        {
            run.Advance(PhaseClock.Evaluating, name);
            var answers = scope.Clock.Time(PhaseClock.Evaluating, () => run.Accuracy.OnSelection(run.Model(trained.Weights), cancellation));
            return new Trained(trained, answers.Top1, Answers.Pack(answers.Correct));
        });
    }

    /// <summary>The original; for hints what stages are cut from in the end, which computes the same.</summary>
    private Teacher? TeacherOf(Stage stage)
    {
        var settings = run.Request.Settings;
        if (settings.Distillation == 0) return null;
        ImmutableArray<string> hints = _learnsByHints ? HintsOf(stage) : [];
        return hints.IsEmpty ? run.Teacher : run.Teacher with { Graph = _whole, Hints = hints };
    }

    private ImmutableArray<string> HintsOf(Stage stage) => run.Request.Settings is { HintWeight: > 0, Distillation: > 0 }
        ? _hints.Of(run.Model(stage.Judged.Model.Weights))
        : [];

    /// <summary>Images that the stage may still see: of what can be trained with now and what the stage has seen, its share.</summary>
    private long? LeftOfStage(long begun, double share)
    {
        if (_clock.ImagesLeft(run.Steps.ElapsedSeconds) is not { } left) return null;
        var seen = _clock.Seen - begun;
        return Math.Max(0, (long)((left + seen) * share) - seen);
    }

    private Task<Timed> TimeAsync(int number, JudgedModel from, PlannedCut planned) => run.Steps.DoAsync($"stage {number}: latency", async scope =>
    {
        run.Advance(PhaseClock.Tuning, $"stage {number}: {planned.Cut!.Label}");
        var trials = 0;
        try
        {
            (var candidate, trials) = await scope.Clock.TimeAsync(PhaseClock.Tuning, () => run.Latency.RetuneAsync(
                run.Model(planned.Weights!), run.Restore(from.Model), run.Request.Settings.CandidateTrials, cancellation)).ConfigureAwait(false);
            var first = run.Restore(original.Judged.Model);
            var ratio = await scope.Clock.TimeAsync(PhaseClock.Measuring, () => run.Latency.CompareRoughlyAsync(
                first, candidate, cancellation)).ConfigureAwait(false);
            var refused = ratio.Ratio < 1 / from.Speed ? (Verdict?)null : Verdict.TooSlow;
            var reason = string.Create(CultureInfo.InvariantCulture, $"latency × {ratio.Ratio:0.000} of the original's, × {1 / from.Speed:0.000} before");
            return new Timed(refused, reason, RunModel.Of(planned.Weights!, candidate, ratio.New.Median), ratio.Ratio, ratio.Low, ratio.High, trials);
        }
        catch (Exception e) when (e is LibraryFailedException or NoProgramRunsException)
        {
            return new Timed(Verdict.Failed, e.Message, null, null, null, null, trials);
        }
    });

    private PairedDifference Change(JudgedModel model)
    {
        var count = run.Request.Data.Selection.Count;
        return PairedDifference.Of(Answers.Unpack(original.Answers.Selection, count), Answers.Unpack(model.Selection, count));
    }

    /// <summary>Top-1 that is foreseen to be lost on the test set, a share.</summary>
    private double Loss(JudgedModel model)
    {
        var data = run.Request.Data;
        // A validation set of the user's is no part of the test set: what is lost there counts as it is.
        if (data.Unseen.Count == data.Test.Count) return -Change(model).Change;
        var count = data.Selection.Count;
        return LossEstimate.OnTestSet(
            Answers.Unpack(original.Answers.Selection, count), Answers.Unpack(model.Selection, count), original.Answers.HeldOut.TestTop1);
    }

    private void Add(int number, CandidateRecord candidate)
    {
        // In a step of its own, so that it is told once, however often the run is gone on with.
        var told = run.Steps.Do($"stage {number}: verdict", _ =>
        {
            var record = candidate with { ElapsedSeconds = run.Steps.SecondsUntilNow - _candidates.Sum(c => c.ElapsedSeconds) };
            run.Progress.Report(new RunEvent.CandidateTried(record));
            return record;
        });
        _candidates.Add(told);
    }

    /// <summary>A share less another one may be off by a rounding, which is far less than an image.</summary>
    private bool Keeps(double loss) => loss <= Allowed + 1e-9;

    private SearchOutcome Outcome(string end, int planTrials)
    {
        // Of models that are fast enough the most accurate one is wanted, of the others the fastest: one that was trained on is as fast as it was.
        var enough = run.Request.Goal is Goal.Latency { BudgetSeconds: var budget } ? original.Judged.Model.LatencySeconds / budget : double.PositiveInfinity;
        // Of those that are equal, the last one was trained for longest.
        var keeping = _stages.AsEnumerable().Reverse().Where(s => s.Judged.Speed > 1 && Keeps(s.Loss)).Select(s => s.Judged)
            .OrderByDescending(j => Math.Min(j.Speed, enough)).ThenByDescending(j => j.SelectionTop1).ToImmutableArray();
        ImmutableArray<JudgedModel> finalists = start.Speed > 1 ? [.. keeping, start] : keeping;
        // A training that diverged has a reason of its own.
        var isTooShort = finalists.IsEmpty && _diverged is null && run.Request.TimeLimit is not null && _stages.Count > 0
            && _clock.Seen < run.Request.Data.Train.Count;
        var reason = isTooShort ? TooFewImages() : end;
        return new SearchOutcome(
            finalists, [original.Judged, .. _stages.Select(s => s.Judged)], [.. _candidates], reason, _trials + planTrials, isTooShort);
    }

    /// <summary>Says that fewer images were seen than the training set has, and how long it takes to see each once.</summary>
    private string TooFewImages() => run.Steps.Do("search: too few images", scope =>
    {
        scope.FollowsTimeLimit();
        var (seen, all) = (_clock.Seen, run.Request.Data.Train.Count);
        var missing = _clock.ImagesPerSecond is { } speed ? (all - seen) / speed : 0;
        var needed = run.Steps.ElapsedSeconds + OriginalStages.SecondsOfTheEnd(run) + missing;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the time limit left time to train with {seen:N0} images in all, of {all:N0} that there are, too few to judge a cut by; " +
            $"give at least {needed:0} s");
    });

    /// <param name="Images">That it and the models it was cut from were trained with.</param>
    /// <param name="ImagesSinceCut">That it was trained with itself.</param>
    /// <param name="Number">0 for the original.</param>
    /// <param name="Loss">Top-1 that is foreseen to be lost on the test set, a share.</param>
    private sealed record Stage(JudgedModel Judged, double Depth, long Images, long ImagesSinceCut, int Number, double Loss = 0)
    {
        public StageResult Result(double error) => new(Depth, Images, Loss, error);
    }

    private sealed record Trained(TrainedWeights Weights, double Top1, byte[] Answers);

    private sealed record Timed(Verdict? Refused, string Reason, RunModel? Model, double? Ratio, double? Low, double? High, int Trials);
}
