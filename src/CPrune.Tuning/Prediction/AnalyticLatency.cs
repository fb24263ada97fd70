namespace CPrune.Tuning.Prediction;

/// <summary>
/// Time as a sum of what takes time: points of channel sums with whole vectors, points of other work, bytes, and a call. Four numbers that no measurement makes
/// negative, so that it can be trusted far from what was measured.
/// </summary>
internal sealed class AnalyticLatency
{
    /// <summary>No call takes less; a ratio to a prediction always exists.</summary>
    private const double LeastSeconds = 1e-9;

    private readonly double[] _secondsPer;
    private readonly int _lanes;

    private AnalyticLatency(double[] secondsPer, int lanes) => (_secondsPer, _lanes) = (secondsPer, lanes);

    /// <summary>Fits by least squares of the relative error.</summary>
    /// <param name="samples">At least one.</param>
    public static AnalyticLatency Fit(IReadOnlyList<(WorkloadSummary Workload, double Seconds)> samples, int lanes)
    {
        // Divided by its seconds, each sample's costs should add up to one.
        var rows = samples.Select(s => Costs(s.Workload, lanes).Select(c => c / s.Seconds).ToArray()).ToList();
        return new AnalyticLatency(NonNegativeLeastSquares.ToOne(rows), lanes);
    }

    public double Seconds(WorkloadSummary workload) =>
        Math.Max(LeastSeconds, Costs(workload, _lanes).Zip(_secondsPer, (cost, seconds) => cost * seconds).Sum());

    private static double[] Costs(WorkloadSummary workload, int lanes)
    {
        var points = workload.Points * WorkloadFeatures.LaneWaste(workload, lanes);
        return [workload.SumsChannels ? points : 0, workload.SumsChannels ? 0 : points, workload.Bytes, 1];
    }
}
