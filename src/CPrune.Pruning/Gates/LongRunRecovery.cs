namespace CPrune.Pruning.Gates;

/// <summary>
/// What the long training can be expected to leave of a loss that a longer training left. A loss falls about as a power of the images seen, as errors do in training
/// from nothing, down to what never comes back (Hestness et al., "Deep Learning Scaling is Predictable, Empirically", 2017). The power is read off the rehearsed cut; two readings do not tell
/// what stays, so that half of the power is counted on, between all of it and none.
/// </summary>
public static class LongRunRecovery
{
    /// <summary>No more is hoped for than that a third of it stays.</summary>
    private const double LeastShare = 1.0 / 3;

    private const double ShareOfPower = 0.5;

    /// <param name="lossAfterShort">On the test set, after <paramref name="shortImages"/>.</param>
    /// <param name="lossAfterLonger">The same after <paramref name="longerImages"/> more.</param>
    /// <param name="longImages">Of the long training.</param>
    /// <returns>From a third to 1.</returns>
    public static double ShareLeft(double lossAfterShort, double lossAfterLonger, long shortImages, long longerImages, long longImages)
    {
        if (lossAfterShort <= 0 || lossAfterLonger >= lossAfterShort || shortImages == 0 || longerImages == 0) return 1;
        var seen = (double)shortImages + longerImages;
        var power = Math.Log(Math.Max(lossAfterLonger, 0) / lossAfterShort) / Math.Log(seen / shortImages);
        return Math.Max(LeastShare, Math.Pow((seen + longImages) / seen, ShareOfPower * power));
    }
}
