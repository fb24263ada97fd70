using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Policies;

/// <summary>Carries a cut out: the least salient filters of every group go, and what is coupled follows (docs/how-it-works.md, "The walk", 2); then whole blocks.</summary>
public static class ModelCut
{
    /// <param name="accepted">The accepted model that the cut was made for.</param>
    public static ModelGraph Apply(SaliencyContext accepted, Cut cut, ISaliency saliency)
    {
        var positions = cut.Groups.ToDictionary(
            g => g.Group, g => (IReadOnlyCollection<int>)saliency.Lowest(accepted, accepted.Analysis.Groups[g.Group], g.Filters));
        return cut.Blocks.Aggregate(ChannelRemover.Remove(accepted.Graph, accepted.Analysis, positions), WithoutBlock);
    }

    /// <summary>Looked for again in every model: a block that went may have been part of the next.</summary>
    private static ModelGraph WithoutBlock(ModelGraph graph, string name) =>
        ResidualBlocks.Of(graph).FirstOrDefault(b => b.Name == name) is { } block ? BlockRemover.Remove(graph, block) : graph;
}
