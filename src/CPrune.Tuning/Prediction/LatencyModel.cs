using CPrune.Tuning.CostModel;

namespace CPrune.Tuning.Prediction;

/// <summary>A workload with the time of its fastest program.</summary>
internal sealed record LatencySample(string Key, WorkloadSummary Workload, double Seconds);

/// <summary>From a workload to seconds: the analytic sum, times what trees have learned of how far it is off.</summary>
internal sealed class LatencyModel : IDisposable
{
    /// <summary>With fewer workloads trees split at accidents.</summary>
    public const int FewestForTrees = 24;

    private readonly AnalyticLatency _analytic;
    private readonly BoostedTrees? _trees;
    private readonly int _lanes;

    private LatencyModel(AnalyticLatency analytic, BoostedTrees? trees, int lanes) => (_analytic, _trees, _lanes) = (analytic, trees, lanes);

    /// <param name="withTrees">Whether trees correct the sum; they learn the logarithm of the ratio.</param>
    public static LatencyModel Train(IReadOnlyList<LatencySample> samples, bool withTrees, int lanes)
    {
        var analytic = AnalyticLatency.Fit([.. samples.Select(s => (s.Workload, s.Seconds))], lanes);
        if (!withTrees) return new LatencyModel(analytic, null, lanes);
        float[] ratios = [.. samples.Select(s => (float)Math.Log2(s.Seconds / analytic.Seconds(s.Workload)))];
        return new LatencyModel(analytic, BoostedTrees.Train([.. samples.Select(s => WorkloadFeatures.Of(s.Workload, lanes))], ratios), lanes);
    }

    public double Seconds(WorkloadSummary workload)
    {
        var seconds = _analytic.Seconds(workload);
        return _trees is null ? seconds : seconds * Math.Pow(2, _trees.Predict([WorkloadFeatures.Of(workload, _lanes)])[0]);
    }

    public void Dispose() => _trees?.Dispose();
}
