using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Runs;
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
        return WithoutBlocks(ChannelRemover.Remove(accepted.Graph, accepted.Analysis, positions), cut.Blocks);
    }

    /// <summary>Residual blocks that may go as a whole: none with a layer that is kept, or capped below what others may lose.</summary>
    public static IEnumerable<ResidualBlock> RemovableBlocks(ModelGraph graph, CutLimits limits) => limits.Depth
        ? ResidualBlocks.Of(graph).Where(block => !limits.LayerCaps.Any(cap => cap.MaxCut < limits.MaxLayerCut && block.Layers.Any(cap.Matches)))
        : [];

    /// <param name="names">Of blocks; one that is not there, or went with another, is none.</param>
    public static ModelGraph WithoutBlocks(ModelGraph graph, IEnumerable<string> names) => names.Aggregate(graph, WithoutBlock);

    /// <summary>Looked for again in every model: a block that went may have been part of the next.</summary>
    private static ModelGraph WithoutBlock(ModelGraph graph, string name) =>
        ResidualBlocks.Of(graph).FirstOrDefault(b => b.Name == name) is { } block ? BlockRemover.Remove(graph, block) : graph;
}
