namespace CPrune.Pruning.Runs;

/// <summary>
/// Says how many images a run can still be trained with: at the speed that was measured last, in the time that is left before the checks at the end.
/// Without a time limit the number of images is given.
/// </summary>
/// <param name="limitSeconds">Of the whole run; null for none.</param>
/// <param name="images">For all training, if the person said so, or if there is no limit; null if time decides.</param>
/// <param name="secondsOfTheEnd">Kept for the checks at the end.</param>
public sealed class TrainingClock(double? limitSeconds, long? images, double secondsOfTheEnd)
{
    private long _seen;

    /// <summary>Images a second, as measured last; null before anything was trained.</summary>
    public double? ImagesPerSecond { get; private set; }

    /// <summary>Images that were trained with so far.</summary>
    public long Seen => _seen;

    /// <summary>Seconds that are left before the checks at the end; null without a time limit.</summary>
    public double? SecondsLeft(double elapsedSeconds) => limitSeconds is { } limit ? Math.Max(0, limit - secondsOfTheEnd - elapsedSeconds) : null;

    /// <summary>Images that can still be trained with; null while the speed is not known and time decides.</summary>
    public long? ImagesLeft(double elapsedSeconds)
    {
        var left = images is { } all ? Math.Max(0, all - _seen) : (long?)null;
        if (SecondsLeft(elapsedSeconds) is not { } seconds) return left;
        if (ImagesPerSecond is not { } speed) return seconds > 0 ? left : 0;
        var fits = (long)(seconds * speed);
        return left is { } given ? Math.Min(given, fits) : fits;
    }

    /// <summary>Notes a part of a training.</summary>
    public void Note(long trained, double seconds)
    {
        _seen += trained;
        if (trained > 0 && seconds > 0) ImagesPerSecond = trained / seconds;
    }
}
