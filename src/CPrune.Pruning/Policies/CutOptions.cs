using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Reads from table C what each task offers to a walk: the groups its layers belong to, and the cut that its fastest program, the programs of the layers
/// coupled with it and those of the layers that read it allow (method.md, "The step").
/// </summary>
public static class CutOptions
{
    /// <param name="accepted">The model to cut.</param>
    /// <param name="original">The user's model: the largest cut of a layer is a share of its filters.</param>
    /// <param name="maxLayerCut">That share.</param>
    public static IReadOnlyList<CutOption> Of(TunedModel accepted, ModelGraph original, IStepRule rule, double maxLayerCut, WalkMemory memory)
    {
        var analysis = PruningGraph.Analyze(accepted.Graph);
        var widths = PruningGraph.Analyze(original).Groups.SelectMany(g => g.Layers.Select(l => (Layer: l, g.Channels)))
            .ToDictionary(p => p.Layer, p => p.Channels, StringComparer.Ordinal);
        return
        [
            .. accepted.Layers.Where(l => l.Main is not null).Select(task => OptionOf(task, accepted, analysis, rule, memory))
                .OfType<CutOption>()
                .Where(option => option.GroupIds.All(id => Fits(analysis.Groups[id], option.Filters, widths, maxLayerCut))),
        ];
    }

    private static CutOption? OptionOf(LayerTask task, TunedModel accepted, ChannelAnalysis analysis, IStepRule rule, WalkMemory memory)
    {
        var layers = task.Layers.Where(l => analysis.GroupOf(l) is { Prunable: true }).ToList();
        if (layers.Count == 0) return null;
        var groups = layers.Select(l => analysis.GroupOf(l)!).DistinctBy(g => g.Id).OrderBy(g => g.Id).ToList();
        var allLayers = groups.SelectMany(g => g.Layers).ToList();
        var key = string.Join(' ', allLayers.Order(StringComparer.Ordinal));
        var request = StepRequests.For(analysis, layers, accepted.NestOf, memory.RefusedFilters(key));
        if (request is null || rule.Propose(request) is not StepResult.Proposed { Step: var step }) return null;
        var filters = Math.Min(step.Filters, memory.LargestCut(key));
        if (filters <= memory.RefusedFilters(key)) return null;
        var reason = filters == step.Filters ? step.Explanation : $"{filters}, half of a cut that cost too much accuracy";
        return new CutOption(
            key, task.Label, accepted.TotalSecondsOf(task), filters, reason, [.. groups.Select(g => g.Id)], [.. allLayers]);
    }

    private static bool Fits(ChannelGroup group, int cut, Dictionary<string, int> originalWidths, double maxLayerCut)
    {
        var original = originalWidths[group.Layers[0]];
        return group.Channels - cut >= Math.Max(1, Math.Ceiling(original * (1 - maxLayerCut)));
    }
}
