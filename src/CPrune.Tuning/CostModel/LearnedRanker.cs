using CPrune.Tuning.Records;

namespace CPrune.Tuning.CostModel;

/// <summary>Ranks by trees trained on measured programs of all tasks of a target.</summary>
internal sealed class LearnedRanker : IProgramRanker, IDisposable
{
    /// <summary>Fewer programs teach less than counting instructions does.</summary>
    public const int FewestSamples = 24;

    private readonly BoostedTrees _trees;

    private LearnedRanker(BoostedTrees trees) => _trees = trees;

    /// <summary>Learns from records, or returns null where there are too few. The score is best time over time, within each workload.</summary>
    public static LearnedRanker? Train(IReadOnlyCollection<TuningRecord> records, int featureCount)
    {
        // Records made by a version with other features still count as programs, but teach nothing.
        var samples = records.Where(r => r.Latency is not null && r.Features.Length == featureCount).ToList();
        if (samples.Count < FewestSamples) return null;
        var best = samples.GroupBy(r => r.Workload).ToDictionary(g => g.Key, g => g.Min(r => r.Latency!.Median));
        float[] scores = [.. samples.Select(r => (float)(best[r.Workload] / r.Latency!.Median))];
        return new LearnedRanker(BoostedTrees.Train([.. samples.Select(r => r.Features)], scores));
    }

    public double[] Score(IReadOnlyList<Candidate> candidates) => _trees.Predict([.. candidates.Select(c => c.Features)]);

    public void Dispose() => _trees.Dispose();
}
