using System.Collections.Immutable;
using CPrune.Tuning.CostModel;

namespace CPrune.Tuning.Prediction;

/// <summary>What the predictor sees of a workload. Sizes are base-2 logarithms, because trees split at thresholds.</summary>
internal static class WorkloadFeatures
{
    /// <param name="lanes">Of the target's widest vector.</param>
    public static ImmutableArray<float> Of(WorkloadSummary workload, int lanes)
    {
        var features = new List<double>
        {
            Math.Log2(workload.Points), Math.Log2(workload.Bytes), Math.Log2(workload.Points / workload.Bytes),
            Math.Log2(1 + workload.Activations), Math.Log2(1 + workload.Weights), Math.Log2(workload.Outputs),
            Math.Log2(workload.LaneExtent), LaneWaste(workload, lanes), (double)workload.LaneExtent / lanes,
            (int)workload.Reducer, workload.SumsChannels ? 1 : 0, workload.Stride, workload.EpilogueSteps, workload.Block,
        };
        features.AddRange(NestFacts.KnownAxes.Select(axis => (double)workload.Axes.GetValueOrDefault(axis)));
        return [.. features.Select(f => (float)f)];
    }

    /// <summary>Elements computed for one that is wanted, where the lane axis fills whole vectors; a target's narrower vectors may waste less.</summary>
    public static double LaneWaste(WorkloadSummary workload, int lanes) =>
        Math.Ceiling(workload.LaneExtent / (double)lanes) * lanes / workload.LaneExtent;
}
