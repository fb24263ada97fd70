namespace CPrune.Pruning.Runs;

/// <summary>
/// How a time limit is shared out. Made once for a run, from the measured training speed, so that resuming does not change it; another limit changes the longer
/// trainings only.
/// </summary>
/// <param name="ShortImages">Images of one short training.</param>
/// <param name="LongImages">Images of the long training.</param>
public sealed record TimePlan(long ShortImages, long LongImages)
{
    /// <summary>Share of the limit for one short training: a walk of some forty candidates fills half of it.</summary>
    private const double ShortShare = 0.012;
    private const double LongShare = 0.25;

    /// <summary>Of the long training, what is worth having: as long as nothing was accepted, the walk may use the rest.</summary>
    private const double LeastOfLong = 1.0 / 3;

    /// <summary>Share of the limit kept back for tuning the result and the last checks.</summary>
    private const double ReserveShare = 0.15;

    /// <summary>Share of the limit that the tuning of the original may use, and that of the result.</summary>
    private const double TuningShare = 0.15, ResultTuningShare = 0.1;

    /// <summary>Share of the limit for looking at a model's parts, and how much faster than training evaluating is.</summary>
    private const double GlanceShare = 0.02, ForwardPerTraining = 3;

    private const int LeastGlanceImages = 200, MostGlanceImages = 1000;

    /// <summary>As measured when the run began; null in journals from before it was kept.</summary>
    public double? ImagesPerSecond { get; init; }

    private const int PaperShortEpochs = 5;
    private const int PaperLongPerShort = 20;
    private const int LeastShortImages = 512;

    /// <param name="trainImages">Images of one epoch.</param>
    public static TimePlan Of(TrainingBudget budget, TimeSpan? limit, double imagesPerSecond, int trainImages)
    {
        var paperShort = (long)PaperShortEpochs * trainImages;
        var shortImages = budget.ShortImages ?? (limit is { } l
            ? Math.Clamp((long)(l.TotalSeconds * ShortShare * imagesPerSecond), LeastShortImages, Math.Max(LeastShortImages, paperShort))
            : paperShort);
        return new TimePlan(shortImages, 0) { ImagesPerSecond = imagesPerSecond }.WithLimit(budget, limit, trainImages);
    }

    /// <summary>The plan with the long training that another limit has room for.</summary>
    public TimePlan WithLimit(TrainingBudget budget, TimeSpan? limit, int trainImages)
    {
        if (ImagesPerSecond is not { } speed) return this;
        var paperLong = (long)PaperLongPerShort * PaperShortEpochs * trainImages;
        return this with
        {
            LongImages = budget.LongImages ?? (limit is { } l ? Math.Min((long)(l.TotalSeconds * LongShare * speed), paperLong) : PaperLongPerShort * ShortImages),
        };
    }

    /// <summary>Images to look at each of so many parts of a model with (<see cref="Sensitivities"/>), half as many again to estimate batch norm's statistics: together a small share of the limit.</summary>
    public int GlanceImages(TimeSpan? limit, int parts)
    {
        if (limit is not { } l || ImagesPerSecond is not { } speed) return MostGlanceImages;
        var all = l.TotalSeconds * GlanceShare * speed * ForwardPerTraining;
        return (int)Math.Clamp(all / 1.5 / Math.Max(1, parts), LeastGlanceImages, MostGlanceImages);
    }

    public static TimeSpan? TuningLimit(TimeSpan? limit) => limit * TuningShare;

    public static TimeSpan? ResultTuningLimit(TimeSpan? limit) => limit * ResultTuningShare;

    /// <summary>True when the walk has to end so that the long training and what comes after it still fit.</summary>
    /// <param name="afterwards">Seconds that are wanted beside them.</param>
    /// <param name="hasResult">Something was accepted that can be trained for long.</param>
    public static bool WalkIsOver(TimeSpan? limit, double elapsedSeconds, double afterwards, bool hasResult) =>
        limit is { } l && elapsedSeconds + afterwards > l.TotalSeconds * (1 - (LongShare * (hasResult ? 1 : LeastOfLong)) - ReserveShare);

    /// <summary>
    /// Images of the long training when the walk ends: fewer than planned where it went on for longer than planned, and more where the accepted model trains faster than the original did when
    /// the run began.
    /// </summary>
    /// <param name="imagesPerSecond">Of the accepted model; null where that is not known.</param>
    /// <inheritdoc cref="WalkIsOver"/>
    public long LongImagesLeft(TrainingBudget budget, TimeSpan? limit, double? imagesPerSecond, double elapsedSeconds, double afterwards)
    {
        if (budget.LongImages is not null || limit is not { } l || ImagesPerSecond is not { } planned) return LongImages;
        var speed = Math.Max(planned, imagesPerSecond ?? 0);
        var left = (long)(speed * ((l.TotalSeconds * (1 - ReserveShare)) - elapsedSeconds - afterwards));
        return Math.Clamp(left, (long)(LongImages * LeastOfLong), (long)(LongImages * speed / planned));
    }

    /// <summary>Seconds to evaluate models on so many images each.</summary>
    public double EvaluationSeconds(long images) => ImagesPerSecond is { } speed ? images / (speed * ForwardPerTraining) : 0;
}
