namespace CPrune.Devices;

/// <summary>A median of repeated timings with its 95 % confidence interval, in seconds.</summary>
public sealed record LatencyEstimate(double Median, double Low, double High, int Samples);

/// <summary>
/// New over old latency, timed in turn in one process (docs/how-it-works.md, "How often the latency gate errs"). A candidate passes a gate on <see cref="High"/>.
/// </summary>
/// <param name="Ratio">Median of the pairwise ratios new/old.</param>
/// <param name="Low">Lower end of its 98 % confidence interval, which holds however often it was looked at.</param>
/// <param name="High">Upper end: in one of a hundred comparisons at most the true ratio is above it.</param>
public sealed record RatioEstimate(double Ratio, double Low, double High, LatencyEstimate Old, LatencyEstimate New, int Rounds)
{
    /// <summary>False where time ended before there was enough to make an interval of: <see cref="Low"/> and <see cref="High"/> are then only what was seen.</summary>
    public bool IsInterval { get; init; } = true;
}
