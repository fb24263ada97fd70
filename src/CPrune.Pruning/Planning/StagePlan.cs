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
/// Decides what a planned search trains next. At first every stage cuts an earlier model further, and trains it shortly. Whether the training that is
/// left can be hoped to bring back what was lost tells how deep to go: a loss falls with a power of the images (<see cref="PruneSettings.Recovery"/>).
/// Between the deepest cut with that hope and the shallowest one without, the next cut lies in the middle. Then the deepest model that can be hoped to
/// keep the floor is trained for long. If that leaves much of the allowance, another cut follows.
/// </summary>
public static class StagePlan
{
    /// <summary>Training that is not worth a stage of its own: less than this share of all of it.</summary>
    private const double Crumb = 0.03;

    /// <summary>Noise can make a model look as if training did nothing, or harm.</summary>
    private const double LeastRecovery = 0.1, MostRecovery = 1;

    /// <summary>A cut that is less deep is none.</summary>
    private const double Least = 0.03;

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
        var power = Power(settings, stages);
        var best = Deepest(stages, left, power, settings.Aim * allowed);
        if (best > 0)
        {
            var from = stages[best - 1];
            var depth = Deeper(settings, allowed, stages, from, share, left, power, most);
            if (Math.Exp(depth - from.Depth) >= LeastGain && (share > settings.ShortStage || from.Loss <= settings.Aim * allowed))
            {
                var lost = Points(After(from, left, power));
                return new StageDecision(StageKind.Cut, best, depth, OfNext(settings, share), $"{lost} are foreseen to be lost of {Speed(from.Depth)}");
            }
        }

        best = Deepest(stages, left, power, allowed);
        if (best > 0)
        {
            var lost = Points(After(stages[best - 1], left, power));
            return new StageDecision(StageKind.TrainOn, best, stages[best - 1].Depth, OfLast(settings, share), $"{lost} are foreseen to be lost of it then");
        }

        var least = Math.Min(most, stages.Min(s => s.Depth));
        if (least / 2 < Least) return new StageDecision(StageKind.End, 0, 0, 0, "no cut is as small as the allowance");
        return new StageDecision(StageKind.Cut, 0, least / 2, OfNext(settings, share), $"of {Speed(least)} more would be lost than is allowed");
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
        After(stage, images, settings.Recovery);

    private static double After(StageResult stage, long images, double recovery) =>
        Math.Max(0, stage.Loss) * Math.Pow((double)stage.Images / (stage.Images + images), recovery);

    /// <summary>The power by which losses fall: the setting's, or what a model that was trained on has shown.</summary>
    private static double Power(PruneSettings settings, ImmutableArray<StageResult> stages)
    {
        var power = settings.Recovery;
        for (var later = 1; later < stages.Length; later++)
        {
            for (var earlier = 0; earlier < later; earlier++)
            {
                var (a, b) = (stages[earlier], stages[later]);
                if (a.Depth != b.Depth || a.Images <= 0 || b.Images <= a.Images || a.Loss <= 0 || b.Loss <= 0) continue;
                power = Math.Clamp(Math.Log(a.Loss / b.Loss) / Math.Log((double)b.Images / a.Images), LeastRecovery, MostRecovery);
            }
        }

        return power;
    }

    /// <returns>Number of the deepest model, the last of several, that is foreseen to lose no more than that; 0 if there is none.</returns>
    private static int Deepest(ImmutableArray<StageResult> stages, long left, double power, double loss) => Enumerable.Range(1, stages.Length)
        .Where(n => After(stages[n - 1], left, power) <= loss).OrderByDescending(n => stages[n - 1].Depth).ThenByDescending(n => n).FirstOrDefault();

    /// <summary>How far to cut a model: the less training is left, the less far, and half the way to a cut that was too deep.</summary>
    private static double Deeper(
        PruneSettings settings, double allowed, ImmutableArray<StageResult> stages, StageResult from, double share, long left,
        double power, double deepest)
    {
        var depth = Math.Min(deepest, from.Depth + (share * Math.Log(settings.Reach)));
        // What was too deep with less training behind it says little of a cut of a model that was trained on since.
        var tooDeep = stages.Where(s => s.Depth > from.Depth && s.Images >= from.Images && After(s, left, power) > settings.Aim * allowed).Select(s => s.Depth);
        return Math.Min(depth, tooDeep.Select(d => (from.Depth + d) / 2).DefaultIfEmpty(depth).Min());
    }

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
