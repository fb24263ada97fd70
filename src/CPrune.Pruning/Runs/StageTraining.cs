using System.Collections.Immutable;
using System.Globalization;
using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Planning;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Runs;

/// <summary>A trained stage.</summary>
/// <param name="Weights">Name of the trained model in the run's store.</param>
/// <param name="Images">That it was trained with now.</param>
/// <param name="Failure">Why the training ended early; null if it did not.</param>
/// <param name="Rate">Peak learning rate.</param>
/// <param name="Top1">On the selection part, a share.</param>
/// <param name="Answers">To the selection part, packed.</param>
internal sealed record TrainedStage(string Weights, long Images, string? Failure, double Rate, double Top1, byte[] Answers);

/// <summary>
/// Trains the stages of a planned search, and finds how this network is trained best: at which learning rate, and whether by hints. The
/// first stage tries that; the best of its models is its result, so that the training of that one is not lost.
/// </summary>
/// <param name="original">Name of the original in the run's store, without dead filters if these were removed.</param>
internal sealed class StageTraining(RunContext run, string original, CancellationToken cancellation)
{
    /// <summary>Rates that the share of the first cut is meant for: most often one is tried on each side of the best. At the second it is one above it.</summary>
    private const int FirstRates = 3, SecondRates = 2;

    private readonly ModelGraph _whole = run.Model(original);
    private readonly HintLayers _hints = new(run.Model(original));
    private double? _rate;
    private double _tooLarge = double.PositiveInfinity;
    private bool _learnsByHints;

    public TrainingClock Clock { get; } = NewClock(run);

    /// <summary>Of a reading of the selection part.</summary>
    private double Error { get; } = HeldOut.StandardError(run.Request.Data.Selection.Count);

    private double Factor => run.Request.Settings.RateFactor;

    /// <summary>Trains a stage to a learning rate of zero.</summary>
    /// <param name="name">Of the stage.</param>
    /// <param name="share">Of the training that is left.</param>
    public TrainedStage Train(string name, SearchStage stage, double share)
    {
        if (_rate is not { } rate) return First(name, stage, share);
        if (stage.ImagesSinceCut > 0) return Train(name, stage, new Way(RateOf(name, stage, share, rate), _learnsByHints), share);
        return rate * Factor < _tooLarge ? Second(name, stage, rate, share) : Train(name, stage, new Way(rate, _learnsByHints), share);
    }

    private static TrainingClock NewClock(RunContext run)
    {
        var (request, training) = (run.Request, run.Request.Training);
        var images = training.LongImages ?? (request.TimeLimit is null ? PlannedTraining.Of(request).Images : null);
        return new TrainingClock(request.TimeLimit?.TotalSeconds, images, OriginalStages.SecondsOfTheEnd(run));
    }

    /// <summary>
    /// Finds the learning rate, a factor apart, and then whether hints help. A smaller rate and hints have to be better by more than a
    /// reading errs: longer trainings and deeper cuts follow, and they want larger rates.
    /// </summary>
    private TrainedStage First(string name, SearchStage stage, double share)
    {
        var (settings, hasHints) = (run.Request.Settings, !HintsOf(stage).IsEmpty);
        share /= FirstRates + (hasHints ? 1 : 0);
        var first = Try(name, stage, settings.LearningRate, share);
        var images = ImagesLike(first);
        var best = Rise(name, stage, first, share, images);
        while (best == first || best.Rate < settings.LearningRate)
        {
            var smaller = Try(name, stage, best.Rate / Factor, share, images);
            if (Gain(best, smaller) <= Error) break;
            best = smaller;
        }

        _rate = best.Rate;
        if (!hasHints) return best;
        var hinted = Train($"{name} with hints", stage, new Way(best.Rate, HasHints: true), share, images);
        _learnsByHints = Gain(best, hinted) > Error;
        return _learnsByHints ? hinted : best;
    }

    /// <summary>Trains the second cut, and looks whether it wants a larger rate than the first, which is less deep. Then the rate is settled.</summary>
    private TrainedStage Second(string name, SearchStage stage, double rate, double share)
    {
        share /= SecondRates;
        var first = Try(name, stage, rate, share);
        var best = Rise(name, stage, first, share, ImagesLike(first));
        (_rate, _tooLarge) = (best.Rate, best.Rate * Factor);
        return best;
    }

    /// <summary>Tries larger rates as long as the next one is better. One that is worse by more than a reading errs is too large for good.</summary>
    private TrainedStage Rise(string name, SearchStage stage, TrainedStage best, double share, long? images)
    {
        while (best.Rate * Factor is var larger && larger < _tooLarge)
        {
            var next = Try(name, stage, larger, share, images);
            if (Gain(best, next) < -Error) _tooLarge = larger;
            if (Gain(best, next) <= 0) break;
            best = next;
        }

        return best;
    }

    /// <summary>As many as another training saw, so that the two can be compared; null, for the share, if that one diverged.</summary>
    private long? ImagesLike(TrainedStage other) => other.Failure is null ? Math.Max(run.Request.Settings.Batch, other.Images) : null;

    /// <summary>Top-1 by which one is better. A training that diverged is no way to go on with, whatever was there before.</summary>
    private static double Gain(TrainedStage before, TrainedStage after) => after.Failure is not null ? double.NegativeInfinity
        : before.Failure is not null ? double.PositiveInfinity
        : after.Top1 - before.Top1;

    /// <summary>
    /// The rate for a model that was trained since its cut. If it was trained for longer than now, a rate as high as then would undo more
    /// than the rest of the training brings back: it falls by the same share.
    /// </summary>
    private double RateOf(string name, SearchStage stage, double share, double found) => run.Steps.Do($"{name}: rate", _ =>
        Clock.ImagesLeft(run.Steps.ElapsedSeconds) is { } left ? found * Math.Min(1, left * share / stage.ImagesSinceCut) : found);

    private TrainedStage Try(string name, SearchStage stage, double rate, double share, long? images = null) => Train(
        string.Create(CultureInfo.InvariantCulture, $"{name} at rate {rate:0.######}"), stage, new Way(rate, _learnsByHints), share, images);

    /// <param name="images">Of the whole training; null if the share says it.</param>
    private TrainedStage Train(string name, SearchStage stage, Way how, double share, long? images = null)
    {
        var way = new TrainingWay(how.Rate, LearningRateSchedule.Cosine, run.Request.Settings.Batch, TeacherOf(stage, how.HasHints));
        var begun = Clock.Seen;
        var trained = new DurableTraining(run, Clock).Run(
            name, stage.Judged.Model.Weights, way, () => images is { } all ? Math.Max(0, all - (Clock.Seen - begun)) : LeftOf(begun, share), cancellation);
        return run.Steps.Do($"{name}: accuracy", scope =>
        {
            run.Advance(PhaseClock.Evaluating, name);
            var answers = scope.Clock.Time(PhaseClock.Evaluating, () => run.Accuracy.OnSelection(run.Model(trained.Weights), cancellation));
            return new TrainedStage(trained.Weights, trained.Images, trained.Failure, how.Rate, answers.Top1, Answers.Pack(answers.Correct));
        });
    }

    /// <summary>The original; for hints what stages are cut from in the end, which computes the same.</summary>
    private Teacher? TeacherOf(SearchStage stage, bool hasHints)
    {
        if (run.Request.Settings.Distillation == 0) return null;
        ImmutableArray<string> hints = hasHints ? HintsOf(stage) : [];
        return hints.IsEmpty ? run.Teacher : run.Teacher with { Graph = _whole, Hints = hints };
    }

    private ImmutableArray<string> HintsOf(SearchStage stage) => run.Request.Settings is { HintWeight: > 0, Distillation: > 0 }
        ? _hints.Of(run.Model(stage.Judged.Model.Weights))
        : [];

    /// <summary>Images that a training may still see: of what can be trained with now and what it has seen, its share.</summary>
    private long? LeftOf(long begun, double share)
    {
        if (Clock.ImagesLeft(run.Steps.ElapsedSeconds) is not { } left) return null;
        var seen = Clock.Seen - begun;
        return Math.Max(0, (long)((left + seen) * share) - seen);
    }

    private sealed record Way(double Rate, bool HasHints);
}
