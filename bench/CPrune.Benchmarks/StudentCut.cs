using CPrune.Graph;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Benchmarks;

/// <summary>Students as pruning makes them.</summary>
internal static class StudentCut
{
    /// <summary>The model without the given share of every group, the filters of the lowest L1 norm.</summary>
    public static ModelGraph Without(ModelGraph original, double share)
    {
        var analysis = PruningGraph.Analyze(original);
        var context = new SaliencyContext(original, analysis);
        var saliency = new L1Saliency();
        var cut = analysis.Groups.Where(g => g.Prunable).ToDictionary(
            g => g.Id, IReadOnlyCollection<int> (g) => saliency.Lowest(context, g, g.Channels - (int)Math.Round(g.Channels * (1 - share))));
        return ChannelRemover.Remove(original, analysis, cut);
    }
}
