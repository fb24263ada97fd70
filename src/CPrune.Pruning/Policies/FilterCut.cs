using CPrune.Graph;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Policies;

/// <summary>Carries a cut out: the least salient filters of every group of the task go, and what is coupled follows (method.md, step 2).</summary>
public static class FilterCut
{
    /// <param name="model">The accepted model that the option was made for.</param>
    public static ModelGraph Apply(ModelGraph model, CutOption cut, ISaliency saliency)
    {
        var analysis = PruningGraph.Analyze(model);
        var positions = cut.GroupIds.ToDictionary(
            id => id, id => (IReadOnlyCollection<int>)saliency.Lowest(model, analysis.Groups[id], cut.Filters));
        return ChannelRemover.Remove(model, analysis, positions);
    }
}
