using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Planning;

/// <summary>What is known of a model of a planned search once it was trained.</summary>
/// <param name="Depth">Logarithm of the original's cost over this model's.</param>
/// <param name="Images">That it and the models it was cut from were trained with.</param>
/// <param name="Loss">Top-1 lost on the selection part against the original, a share; below 0 if it gained.</param>
public sealed record StageResult(double Depth, long Images, double Loss);

/// <summary>What a planned search does next.</summary>
/// <param name="Kind">Cut a model further, train one on, or end.</param>
/// <param name="From">Number of the stage whose model it begins with; 0 for the original.</param>
/// <param name="Depth">Logarithm of the original's cost over the wanted one; of the stage itself if it is only trained on.</param>
/// <param name="Share">Of the training that is left.</param>
/// <param name="Reason">A phrase.</param>
public sealed record StageDecision(StageKind Kind, int From, double Depth, double Share, string Reason);

public enum StageKind
{
    Cut,
    TrainOn,
    End,
}

/// <summary>
/// Decides what a planned search trains next. A model that is cut to depth d (<see cref="StageResult.Depth"/>) and trained with n images is taken to lose
/// <c>k · d^growth · n^−recovery</c> of top-1. Each stage is a reading of k, which says how deep a cut the training that is left is enough for.
/// The next stage is that cut: of the deepest model that can still come to lose little enough, or of the original. It is trained shortly, so that
/// its reading comes cheap. What cannot be cut further with a gain is trained on for long.
/// </summary>
public static class StagePlan
{
    /// <summary>Training that is not worth a stage of its own: less than this share of all of it.</summary>
    private const double Crumb = 0.03;

    /// <summary>Share of the allowance: what a model seems to lose less is noise, and says little of deeper cuts.</summary>
    private const double Noise = 0.2;

    /// <summary>A cut that is less deep is none.</summary>
    private const double Least = 0.03;

    /// <summary>Share of the depth of the shallowest stage, if even that lost too much: the next cut is clearly less deep.</summary>
    private const double BackOff = 0.9;

    /// <summary>A plan's latency is foreseen: so much more is asked for than is needed.</summary>
    private const double Sure = 1.1;

    /// <summary>A cut that makes the model no faster than this, over the one that it is cut from, is not worth a stage.</summary>
    private const double LeastGain = 1.08;

    /// <param name="allowed">Top-1 that may be lost, a share.</param>
    /// <param name="stages">Number 1 first.</param>
    /// <param name="seen">Images that were trained with.</param>
    /// <param name="left">Images that can still be trained with.</param>
    /// <param name="deepest">No deeper cut exists; null if that is not known.</param>
    public static StageDecision Next(PruneSettings settings, double allowed, ImmutableArray<StageResult> stages, long seen, long left, double? deepest = null)
    {
        var most = deepest ?? double.PositiveInfinity;
        var share = left / (double)(seen + left);
        if (stages.IsEmpty) return First(settings, Math.Log(settings.FirstSpeed), most, "the first cut");
        if (share < Crumb) return new StageDecision(StageKind.End, 0, 0, 0, "the training is used up");
        var aim = settings.Aim * allowed;
        var best = Deepest(settings, stages, left, aim);
        var (begun, reached) = best > 0 ? (stages[best - 1].Images, stages[best - 1].Depth) : (0, 0);
        // A stage that was too deep bounds the next one, whatever the last one says.
        var tooDeep = stages.Select(s => s.Depth).Where(d => d > reached).DefaultIfEmpty(most).Min();
        var depth = Math.Min(Math.Min(most, tooDeep), DepthFor(settings, stages[^1], begun + left, aim, Noise * allowed));
        if (best > 0)
        {
            var from = stages[best - 1];
            if (Math.Exp(depth - reached) >= LeastGain && (share > settings.ShortStage || from.Loss <= aim))
            {
                var lost = Points(After(settings, from, left));
                return new StageDecision(StageKind.Cut, best, depth, OfNext(settings, share), $"{lost} are foreseen to be lost of {Speed(reached)}");
            }
        }

        best = Deepest(settings, stages, left, allowed);
        if (best > 0)
        {
            var lost = Points(After(settings, stages[best - 1], left));
            return new StageDecision(StageKind.TrainOn, best, stages[best - 1].Depth, OfLast(settings, share), $"{lost} are foreseen to be lost of it then");
        }

        var least = stages.Min(s => s.Depth);
        depth = Math.Min(depth, BackOff * least);
        if (depth < Least) return new StageDecision(StageKind.End, 0, 0, 0, "no cut is as small as the allowance");
        return new StageDecision(StageKind.Cut, 0, depth, OfLast(settings, share), $"of {Speed(least)} more would be lost than is allowed");
    }

    /// <summary>The same for a latency that is given: cut to it at once, further if that was not enough, and train.</summary>
    /// <param name="wanted">The original's latency over the one that is asked for.</param>
    /// <param name="stages">Number 1 first.</param>
    /// <param name="speeds">Of the stages, over the original, as timed.</param>
    /// <param name="deepest">No deeper cut exists; null if that is not known.</param>
    public static StageDecision NextForLatency(
        PruneSettings settings, double wanted, ImmutableArray<StageResult> stages, ImmutableArray<double> speeds, long seen, long left, double? deepest = null)
    {
        var most = deepest ?? double.PositiveInfinity;
        if (stages.IsEmpty && wanted <= 1) return new StageDecision(StageKind.End, 0, 0, 0, "the original is as fast as asked for");
        if (stages.IsEmpty) return First(settings, Sure * Math.Log(wanted), most, "the latency asked for");
        if (left < Crumb * (seen + left)) return new StageDecision(StageKind.End, 0, 0, 0, "the training is used up");
        var (last, missing) = (stages[^1], Math.Log(wanted / speeds[^1]));
        if (missing <= 0) return new StageDecision(StageKind.TrainOn, stages.Length, last.Depth, 1, "it is as fast as asked for");
        var depth = Math.Min(last.Depth + (Sure * missing), most);
        return depth > last.Depth + Least
            ? new StageDecision(StageKind.Cut, stages.Length, depth, settings.ShortStage, "it is not as fast as asked for")
            : new StageDecision(StageKind.TrainOn, stages.Length, last.Depth, 1, "no cut is as fast as asked for");
    }

    /// <summary>The same if nothing is to be cut: all training goes to the original.</summary>
    public static StageDecision NextUncut(ImmutableArray<StageResult> stages, long left) => stages.IsEmpty && left > 0
        ? new StageDecision(StageKind.TrainOn, 0, 0, 1, "nothing is cut")
        : new StageDecision(StageKind.End, 0, 0, 0, "nothing is cut");

    /// <summary>What a model is foreseen to lose after more training, a share.</summary>
    public static double After(PruneSettings settings, StageResult stage, long images) =>
        Math.Max(0, stage.Loss) * Math.Pow((double)stage.Images / (stage.Images + images), settings.Recovery);

    /// <summary>The depth at which so much is foreseen to be lost after so many images, by a law through what a stage lost.</summary>
    /// <param name="loss">A share.</param>
    /// <param name="least">What the stage lost at least, whatever was read.</param>
    private static double DepthFor(PruneSettings settings, StageResult stage, long images, double loss, double least)
    {
        var then = Math.Max(stage.Loss, least) * Math.Pow(Math.Max(1.0, stage.Images) / images, settings.Recovery);
        return stage.Depth * Math.Pow(loss / then, 1 / settings.Growth);
    }

    /// <returns>Number of the deepest model, the last of several, that is foreseen to lose no more than that; 0 if there is none.</returns>
    private static int Deepest(PruneSettings settings, ImmutableArray<StageResult> stages, long left, double loss) => Enumerable.Range(1, stages.Length)
        .Where(n => After(settings, stages[n - 1], left) <= loss).OrderByDescending(n => stages[n - 1].Depth).ThenByDescending(n => n).FirstOrDefault();

    /// <summary>The first cut, which is trained at several learning rates. What did not exist, or was not faster, is not asked for again.</summary>
    private static StageDecision First(PruneSettings settings, double depth, double deepest, string reason) =>
        deepest >= depth ? new StageDecision(StageKind.Cut, 0, depth, 2 * settings.ShortStage, reason)
        : deepest < Least ? new StageDecision(StageKind.End, 0, 0, 0, "no cut makes the model faster")
        : new StageDecision(StageKind.Cut, 0, deepest, 2 * settings.ShortStage, "no deeper cut is faster");

    /// <summary>Share of what is left for the next of several stages: the short stage's of all, or everything if that leaves too little for a long one.</summary>
    private static double OfNext(PruneSettings settings, double left) =>
        left - settings.ShortStage < settings.ShortStage ? 1 : settings.ShortStage / left;

    /// <summary>Share of what is left for a stage that may be the last; the rest can make up for it, or use what it leaves of the allowance.</summary>
    private static double OfLast(PruneSettings settings, double left) =>
        left * (1 - settings.LongStage) < settings.ShortStage ? 1 : settings.LongStage;

    private static string Points(double loss) => string.Create(CultureInfo.InvariantCulture, $"{loss * 100:0.00} points");

    private static string Speed(double depth) => string.Create(CultureInfo.InvariantCulture, $"{Math.Exp(depth):0.00} times the speed");
}
