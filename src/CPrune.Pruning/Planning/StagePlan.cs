using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Planning;

/// <summary>What is known of a model of a planned search once it was trained.</summary>
/// <param name="Depth">Logarithm of its speed over the original's.</param>
/// <param name="Images">That it and the models it was cut from were trained with.</param>
/// <param name="Loss">Top-1 lost against the original, a share; below 0 if it gained.</param>
/// <param name="Error">Standard error of the loss, a share.</param>
public sealed record StageResult(double Depth, long Images, double Loss, double Error = 0);

/// <summary>What a planned search does next.</summary>
/// <param name="Kind">Cut a model further, train one on, or end.</param>
/// <param name="From">Number of the stage whose model it begins with; 0 for the original.</param>
/// <param name="Depth">Logarithm of the wanted speed over the original's; of the stage itself if it is only trained on.</param>
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
/// Decides what a planned search trains next. A law foresees losses: <c>A · (speed − 1) · images^−recovery</c>. All stages so far tell A,
/// and each model's own loss corrects it (<see cref="LossLaw"/>). The deepest model that is foreseen to hold with all training that is left
/// is cut further, and trained shortly. If it is nearly as fast as the law allows already, it is trained on.
/// </summary>
public static class StagePlan
{
    /// <summary>Training that is not worth a stage of its own: less than this share of all of it.</summary>
    private const double Crumb = 0.03;

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
        var (law, aim) = (LossLaw.Of([.. stages.Where((_, i) => IsLast(stages, i + 1))], settings.Recovery), settings.Aim * allowed);
        // While something holds already, or much is left, a deeper model may fail. The last one that could hold may not.
        var risk = stages.Any(s => s.Loss <= allowed) ? allowed : aim + (share * (allowed - aim));
        var best = Deepest(stages, s => Foreseen(s) <= risk);
        if (best == 0) return Back(settings, law.Depth(aim, left), most, stages, share);
        var from = stages[best - 1];
        var foreseen = Foreseen(from);
        var deepestCut = Math.Min(law.For(from, allowed).Depth(aim, from.Images + left), from.Depth + (share * Math.Log(settings.Reach)));
        var depth = foreseen > aim ? from.Depth : Math.Min(most, deepestCut);
        return Math.Exp(depth - from.Depth) >= LeastGain
            ? new StageDecision(
                StageKind.Cut, best, depth, OfNext(settings, share), $"{Points(foreseen)} are foreseen to be lost of {Speed(from.Depth)}")
            : new StageDecision(
                StageKind.TrainOn, best, from.Depth, OfLast(settings, share), $"{Points(foreseen)} are foreseen to be lost of it then");

        double Foreseen(StageResult stage) => law.For(stage, allowed).Loss(stage.Depth, stage.Images + left);
    }

    /// <summary>The same for a latency that is given: cut to it at once, further if that was not enough, and train.</summary>
    /// <param name="wanted">The original's latency over the one that is asked for.</param>
    /// <param name="stages">Number 1 first.</param>
    /// <param name="deepest">No deeper cut exists; null if that is not known.</param>
    public static StageDecision NextForLatency(
        PruneSettings settings, double wanted, ImmutableArray<StageResult> stages, long seen, long left, double? deepest = null)
    {
        var most = deepest ?? double.PositiveInfinity;
        if (stages.IsEmpty && wanted <= 1) return new StageDecision(StageKind.End, 0, 0, 0, "the original is as fast as asked for");
        if (stages.IsEmpty) return First(settings, Sure * Math.Log(wanted), most, "the latency asked for");
        if (left < Crumb * (seen + left)) return new StageDecision(StageKind.End, 0, 0, 0, "the training is used up");
        var (last, missing) = (stages[^1], Math.Log(wanted) - stages[^1].Depth);
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

    /// <summary>Begins with the original again, because all models are too deep.</summary>
    private static StageDecision Back(PruneSettings settings, double wanted, double most, ImmutableArray<StageResult> stages, double share)
    {
        var least = stages.Min(s => s.Depth);
        // The law is of models that were too deep: what it says of others is not more than a guess.
        var depth = Math.Min(most, Math.Min(Math.Max(wanted, least / 2), least - Least));
        return depth < Least
            ? new StageDecision(StageKind.End, 0, 0, 0, "no cut is as small as the allowance")
            : new StageDecision(StageKind.Cut, 0, depth, OfNext(settings, share), $"of {Speed(least)} more would be lost than is allowed");
    }

    /// <returns>Number of the deepest model, as it was trained last, that is foreseen to hold; 0 if there is none.</returns>
    private static int Deepest(ImmutableArray<StageResult> stages, Func<StageResult, bool> holds) => Enumerable.Range(1, stages.Length)
        .Where(n => holds(stages[n - 1]) && IsLast(stages, n)).OrderByDescending(n => stages[n - 1].Depth).FirstOrDefault();

    /// <summary>The model was not trained on since.</summary>
    private static bool IsLast(ImmutableArray<StageResult> stages, int number) =>
        !stages.Skip(number).Any(s => s.Depth == stages[number - 1].Depth);

    /// <summary>The first cut, which is trained at several learning rates. What did not exist, or was not faster, is not asked for again.</summary>
    private static StageDecision First(PruneSettings settings, double depth, double deepest, string reason) =>
        deepest >= depth ? new StageDecision(StageKind.Cut, 0, depth, settings.ShortStage, reason)
        : deepest < Least ? new StageDecision(StageKind.End, 0, 0, 0, "no cut makes the model faster")
        : new StageDecision(StageKind.Cut, 0, deepest, settings.ShortStage, "no deeper cut is faster");

    /// <summary>Share of what is left for the next of several stages: the short stage's of all, or everything if that leaves too little for a long one.</summary>
    private static double OfNext(PruneSettings settings, double left) =>
        left - settings.ShortStage < settings.ShortStage ? 1 : settings.ShortStage / left;

    /// <summary>Share of what is left for a stage that may be the last; the rest can make up for it, or use what it leaves of the allowance.</summary>
    private static double OfLast(PruneSettings settings, double left) =>
        left * (1 - settings.LongStage) < settings.ShortStage ? 1 : settings.LongStage;

    private static string Points(double loss) => string.Create(CultureInfo.InvariantCulture, $"{loss * 100:0.00} points");

    private static string Speed(double depth) => string.Create(CultureInfo.InvariantCulture, $"{Math.Exp(depth):0.00} times the speed");
}
