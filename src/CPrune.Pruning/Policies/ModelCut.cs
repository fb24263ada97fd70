using CPrune.Graph;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Policies;

/// <summary>Carries a cut out: the least salient filters of every group go, and what is coupled follows (method.md, step 2).</summary>
public static class ModelCut
{
    /// <param name="accepted">The accepted model that the cut was made for.</param>
    public static ModelGraph Apply(SaliencyContext accepted, Cut cut, ISaliency saliency)
    {
        var positions = cut.Groups.ToDictionary(
            g => g.Group, g => (IReadOnlyCollection<int>)saliency.Lowest(accepted, accepted.Analysis.Groups[g.Group], g.Filters));
        return ChannelRemover.Remove(accepted.Graph, accepted.Analysis, positions);
    }
}
