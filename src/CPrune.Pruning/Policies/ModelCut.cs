using CPrune.Graph;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Policies;

/// <summary>Carries a cut out: the least salient filters of every group go, and what is coupled follows (method.md, step 2).</summary>
public static class ModelCut
{
    /// <param name="model">The accepted model that the cut was made for.</param>
    public static ModelGraph Apply(ModelGraph model, Cut cut, ISaliency saliency)
    {
        var analysis = PruningGraph.Analyze(model);
        var positions = cut.Groups.ToDictionary(
            g => g.Group, g => (IReadOnlyCollection<int>)saliency.Lowest(model, analysis.Groups[g.Group], g.Filters));
        return ChannelRemover.Remove(model, analysis, positions);
    }
}
