using System.Collections.Immutable;
using System.Globalization;
using CPrune.Devices;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Policies;
using CPrune.Training.Data;
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
    private readonly PlanCosts _costs = PolicyCatalog.PlannerOf(run.Request.Policy);
    private readonly StageTraining _training = new(run, start.Model.Weights, cancellation);
    private readonly List<SearchStage> _stages = [];
    private string? _diverged;
    private readonly List<CandidateRecord> _candidates = [];
    private readonly HashSet<string> _plans = new(StringComparer.Ordinal);
    private int _trials;

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

            var from = decision.From == 0 ? new SearchStage(start, 0, 0, 0) : _stages[decision.From - 1];
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

    private StageDecision Decide(int number, double? deepest) => run.Steps.Do($"stage {number}: decision", scope =>
    {
        var left = _training.Clock.ImagesLeft(run.Steps.ElapsedSeconds);
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
                settings, original.Judged.Model.LatencySeconds / budget, results, _training.Clock.Seen, left, deepest)
            : _costs == PlanCosts.Nothing
            ? StagePlan.NextUncut(results, left)
            : StagePlan.Next(settings, Allowed, results, _training.Clock.Seen, left, deepest);
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
    private async Task<SearchStage?> CutAsync(PlanStage plans, int number, SearchStage from, StageDecision decision)
    {
        var planned = await plans.PlanAsync(number, from.Judged, Math.Exp(from.Depth - decision.Depth)).ConfigureAwait(false);
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
        return Train(number, new SearchStage(model, from.Images, 0, from.Number), decision, draft);
    }

    private SearchStage TrainOn(int number, SearchStage stage, StageDecision decision)
    {
        var draft = new CandidateRecord(
            _candidates.Count + 1, stage.Judged.Description, [], 0, 1 / stage.Judged.Speed, null, null, stage.Judged.Model.LatencySeconds, null, Verdict.Failed, "", 0, 0)
        { CutReason = $"trained on, because {decision.Reason}" };
        return Train(number, stage, decision, draft);
    }

    private SearchStage Train(int number, SearchStage stage, StageDecision decision, CandidateRecord draft)
    {
        var trained = _training.Train($"stage {number}", stage, decision.Share);
        var model = stage.Judged with
        {
            Model = stage.Judged.Model with { Weights = trained.Weights },
            SelectionTop1 = trained.Top1,
            Selection = trained.Answers,
            Description = $"candidate {draft.Number}",
        };
        var (change, loss) = (Change(model), Loss(model));
        var result = stage with
        {
            Judged = model,
            Images = stage.Images + trained.Images,
            ImagesSinceCut = stage.ImagesSinceCut + trained.Images,
            Number = number,
            Loss = loss,
        };
        _diverged = trained.Failure;
        Add(number, draft with
        {
            SelectionTop1 = trained.Top1,
            AccuracyChange = change,
            ForeseenLoss = loss,
            TrainedImages = trained.Images,
            Verdict = Keeps(loss) ? Verdict.Accepted : trained.Failure is null ? Verdict.TooInaccurate : Verdict.Failed,
            Reason = (trained.Failure is { } failure ? $"{failure}; " : "") + string.Create(
                CultureInfo.InvariantCulture, $"about {loss * 100:0.00} of {Allowed * 100:0.00} points are lost (rate {trained.Rate:0.####})"),
        });
        return result;
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
            && _training.Clock.Seen < run.Request.Data.Train.Count;
        var reason = isTooShort ? TooFewImages() : end;
        return new SearchOutcome(
            finalists, [original.Judged, .. _stages.Select(s => s.Judged)], [.. _candidates], reason, _trials + planTrials, isTooShort);
    }

    /// <summary>Says that fewer images were seen than the training set has, and how long it takes to see each once.</summary>
    private string TooFewImages() => run.Steps.Do("search: too few images", scope =>
    {
        scope.FollowsTimeLimit();
        var (seen, all) = (_training.Clock.Seen, run.Request.Data.Train.Count);
        var missing = _training.Clock.ImagesPerSecond is { } speed ? (all - seen) / speed : 0;
        var needed = run.Steps.ElapsedSeconds + OriginalStages.SecondsOfTheEnd(run) + missing;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the time limit left time to train with {seen:N0} images in all, of {all:N0} that there are, too few to judge a cut by; " +
            $"give at least {needed:0} s");
    });

    private sealed record Timed(Verdict? Refused, string Reason, RunModel? Model, double? Ratio, double? Low, double? High, int Trials);
}
