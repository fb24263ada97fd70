namespace CPrune.Pruning.Runs;

/// <summary>
/// How a time limit is shared out. Made once for a run, from the measured training speed, so that resuming does not change it; another limit changes the longer
/// trainings only, and what is measured since changes the long one (<see cref="LongPlan"/>).
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
        return this with
        {
            LongImages = budget.LongImages ?? (limit is { } l ? Math.Min((long)(l.TotalSeconds * LongShare * speed), PaperLong(trainImages)) : PaperLongPerShort * ShortImages),
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
    /// <param name="longSeconds">Of the long training where so many images were asked for; null where it takes its share of the limit.</param>
    public static bool WalkIsOver(TimeSpan? limit, double elapsedSeconds, double afterwards, bool hasResult, double? longSeconds = null) =>
        limit is { TotalSeconds: var all }
        && elapsedSeconds + afterwards > (all * (1 - ReserveShare)) - Math.Min(all * LongShare * (hasResult ? 1 : LeastOfLong), longSeconds ?? double.PositiveInfinity);

    /// <summary>Seconds that a long training may still take: its share of the limit, as far as there is time.</summary>
    /// <param name="afterwards">Seconds that are wanted behind it.</param>
    /// <param name="spent">Seconds that it has taken already.</param>
    /// <param name="before">
    /// Long trainings before it. The first one leaves time for the tuning of the result and the last checks; those that follow where the floor was missed may each go beyond the limit by as much as
    /// one may take.
    /// </param>
    public static double LongSecondsLeft(TimeSpan limit, double elapsedSeconds, double afterwards, double spent, int before)
    {
        var all = limit.TotalSeconds;
        var end = all * (before == 0 ? 1 - ReserveShare : 1 + (before * LongShare));
        return Math.Min((all * LongShare) - spent, end - elapsedSeconds - afterwards);
    }

    /// <summary>Images of the next segment of a long training that has so many seconds left: its share of a third of the planned ones at least, of the paper's at most.</summary>
    /// <param name="left">Segments that are left, this one included, of all.</param>
    public long LongImagesIn(double seconds, double imagesPerSecond, int trainImages, int left, int segments)
    {
        var least = LongImages * LeastOfLong / segments;
        return (long)Math.Clamp(imagesPerSecond * seconds / left, least, Math.Max(least, (double)PaperLong(trainImages) / segments));
    }

    /// <summary>Seconds to evaluate models on so many images each.</summary>
    public double EvaluationSeconds(long images) => ImagesPerSecond is { } speed ? images / (speed * ForwardPerTraining) : 0;

    private static long PaperLong(int trainImages) => (long)PaperLongPerShort * PaperShortEpochs * trainImages;
}
