namespace CPrune.Devices.Statistics;

/// <summary>
/// When a sample that grows is looked at, and how sure each look has to be so that all of them together are right. Whoever looks at a 95 % interval whenever there are
/// more samples, and stops at the first that is decided, errs more than twice as often as one who looks once (Armitage, McPherson, Rowe, "Repeated
/// Significance Tests on Accumulating Data", 1969). Every look has the same level here (Pocock, "Group Sequential Methods", 1977). That the median is crossed is a walk of fair coins
/// whatever the distribution, so the level is exact and was calculated, not simulated.
/// </summary>
public static class RepeatedLooks
{
    /// <summary>That the median is never outside of the interval on one given side, at whatever look one stops, up to 500 samples.</summary>
    public const double SideConfidence = 0.99;

    /// <summary>Samples at the first look: with fewer no interval reaches <see cref="LookConfidence"/>.</summary>
    public const int First = 10;

    /// <summary>Confidence of the interval at each look.</summary>
    internal const double LookConfidence = 0.997;

    /// <summary>Samples at the look after one at <paramref name="count"/>: a third more.</summary>
    public static int After(int count) => count + (count / 3);

    /// <summary>The median with an interval that holds at every look.</summary>
    /// <exception cref="ArgumentException">No samples.</exception>
    public static LatencyEstimate Interval(IReadOnlyCollection<double> samples) => MedianInterval.Of(samples, LookConfidence);
}
