namespace CPrune.Devices.Statistics;

/// <summary>
/// The median of a sample with its distribution-free confidence interval, 95 % unless asked otherwise: two order statistics whose ranks come from
/// the binomial distribution (Conover, Practical Nonparametric Statistics, section 3.2). Timings are skewed, so no normal law is assumed.
/// </summary>
public static class MedianInterval
{
    private const double UsualConfidence = 0.95;

    /// <summary>Fewer samples than this cannot reach 95 %: their interval is the whole range.</summary>
    public const int SmallestSample = 6;

    /// <param name="confidence">That the median lies within the interval; with fewer samples than it takes the interval is the whole range.</param>
    /// <exception cref="ArgumentException">No samples.</exception>
    public static LatencyEstimate Of(IReadOnlyCollection<double> samples, double confidence = UsualConfidence)
    {
        var sorted = Sorted(samples);
        var low = LowRank(sorted.Length, confidence);
        return new LatencyEstimate(Middle(sorted), sorted[low], sorted[sorted.Length - 1 - low], sorted.Length);
    }

    /// <exception cref="ArgumentException">No samples.</exception>
    public static double Median(IReadOnlyCollection<double> samples) => Middle(Sorted(samples));

    /// <summary>Width of the interval as a share of the median.</summary>
    public static double RelativeWidth(this LatencyEstimate estimate) => (estimate.High - estimate.Low) / estimate.Median;

    /// <summary>
    /// The largest zero-based rank r such that the median lies between the r-th smallest and r-th largest sample with 95 %
    /// confidence: <c>2·P(Binomial(n, ½) ≤ r) ≤ 5 %</c>. 0 where there is none.
    /// </summary>
    internal static int LowRank(int count, double confidence = UsualConfidence)
    {
        var tail = 0.0;
        var rank = -1;
        for (var k = 0; k < count / 2; k++)
        {
            tail += Math.Exp(LogBinomial(count, k) - count * Math.Log(2));
            if (2 * tail > 1 - confidence) break;
            rank = k;
        }

        return Math.Max(rank, 0);
    }

    private static double[] Sorted(IReadOnlyCollection<double> samples) =>
        samples.Count > 0 ? [.. samples.Order()] : throw new ArgumentException("a median needs at least one sample", nameof(samples));

    private static double Middle(double[] sorted)
    {
        var half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double LogBinomial(int n, int k)
    {
        var sum = 0.0;
        for (var i = 1; i <= k; i++) sum += Math.Log((double)(n - k + i) / i);
        return sum;
    }
}
