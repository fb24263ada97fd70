using CPrune.Compiler.Tasks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Staircases;

/// <summary>A layer at some widths, which levels of the groups on its axes give.</summary>
internal sealed record WidthRequest(string Layer, IReadOnlyDictionary<int, int> Levels);

/// <summary>
/// Finds the kernels of layers at other widths by cutting the model itself: they are then exactly those that a candidate will have, with all that is fused behind
/// them. One cut model serves many layers, as long as they do not want different widths of one group.
/// </summary>
internal sealed class WidthVariants(TunedModel model, ChannelAnalysis analysis, IReadOnlyList<GroupLadder> ladders)
{
    private readonly Dictionary<int, GroupLadder> _ladders = ladders.ToDictionary(l => l.Group);

    /// <summary>The kernels of each request's layer, in the order of the requests.</summary>
    public IReadOnlyList<IReadOnlyList<TuningTask>> KernelsOf(IReadOnlyList<WidthRequest> requests)
    {
        var kernels = new IReadOnlyList<TuningTask>[requests.Count];
        var open = Enumerable.Range(0, requests.Count).ToList();
        while (open.Count > 0)
        {
            var levels = new Dictionary<int, int>();
            var layers = new HashSet<string>(StringComparer.Ordinal);
            var served = open.Where(i => Joins(requests[i], levels, layers)).ToList();
            var variant = LayerTask.Of(PlanAt(levels)).Where(t => t.Main is not null).SelectMany(t => t.Layers.Select(layer => (layer, t.Kernels)))
                .ToDictionary(p => p.layer, p => p.Kernels, StringComparer.Ordinal);
            foreach (var i in served) kernels[i] = variant[requests[i].Layer];
            open = [.. open.Except(served)];
        }

        return kernels;
    }

    private static bool Joins(WidthRequest request, Dictionary<int, int> levels, HashSet<string> layers)
    {
        if (request.Levels.Any(l => levels.TryGetValue(l.Key, out var level) && level != l.Value) || !layers.Add(request.Layer)) return false;
        foreach (var (group, level) in request.Levels) levels[group] = level;
        return true;
    }

    private ModelPlan PlanAt(Dictionary<int, int> levels)
    {
        var removed = levels.Where(l => l.Value > 0)
            .ToDictionary(l => l.Key, l => (IReadOnlyCollection<int>)_ladders[l.Key].Stairs[l.Value].Removed);
        return ModelPlan.Of(ChannelRemover.Remove(model.Graph, analysis, removed), model.Plan.Choices);
    }
}
