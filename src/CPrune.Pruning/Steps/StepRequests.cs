using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Steps;

/// <summary>Gathers what a step is read from: channel groups on one side, programs on the other.</summary>
public static class StepRequests
{
    /// <summary>
    /// The request for cutting the same number of filters from every one of <paramref name="layers"/> (the subgraphs of a task). Layers
    /// whose channels must be left alone do not take part; null when none can be cut.
    /// </summary>
    /// <param name="programOf">The fastest program of a layer, by its node's name; null where there is none.</param>
    /// <param name="refused">Cuts of up to this many filters were refused before.</param>
    public static StepRequest? For(
        ChannelAnalysis analysis, IEnumerable<string> layers, Func<string, ScheduledNest?> programOf, int refused = 0)
    {
        var own = layers.Where(layer => analysis.GroupOf(layer) is { Prunable: true }).ToHashSet(StringComparer.Ordinal);
        if (own.Count == 0) return null;
        return For([.. own.Select(layer => analysis.GroupOf(layer)!).DistinctBy(g => g.Id)], own, programOf, refused);
    }

    /// <summary>The request for cutting filters from one group, all of whose layers count as one's own.</summary>
    /// <inheritdoc cref="For(ChannelAnalysis, IEnumerable{string}, Func{string, ScheduledNest}, int)"/>
    public static StepRequest For(ChannelGroup group, Func<string, ScheduledNest?> programOf, int refused = 0) =>
        For([group], group.Layers.ToHashSet(StringComparer.Ordinal), programOf, refused);

    private static StepRequest For(IReadOnlyList<ChannelGroup> groups, HashSet<string> own, Func<string, ScheduledNest?> programOf, int refused)
    {
        var producers = groups.SelectMany(g => g.Producers).ToList();
        return new StepRequest
        {
            Filters = groups.Min(g => g.Channels),
            Own = Stages(producers.Where(p => own.Contains(p.Layer)), programOf, FilterAxis),
            Coupled = Stages(producers.Where(p => !own.Contains(p.Layer)), programOf, FilterAxis),
            Consumers = Stages(groups.SelectMany(g => g.Readers), programOf, ReductionAxis),
            Refused = refused,
        };
    }

    private static ImmutableArray<StageLoops> Stages(
        IEnumerable<LayerPositions> layers, Func<string, ScheduledNest?> programOf,
        Func<ScheduledNest, LayerPositions, (string Axis, int Units)?> axisOf)
    {
        var stages = ImmutableArray.CreateBuilder<StageLoops>();
        foreach (var layer in layers)
        {
            if (programOf(layer.Layer) is not { } nest || axisOf(nest, layer) is not (var axis, var units)) continue;
            stages.Add(new StageLoops(layer.Layer, axis, nest.Computation[axis].Extent, nest.LoopsOf(axis), units));
        }

        return stages.ToImmutable();
    }

    /// <summary>
    /// The axis that gets shorter when a layer loses filters: a grouped convolution loses some of every group, a depthwise one loses
    /// channels, which count as groups where each makes several filters.
    /// </summary>
    private static (string, int)? FilterAxis(ScheduledNest nest, LayerPositions layer)
    {
        var filters = layer.Own.Length;
        var positions = layer.Own.DistinctBy(o => o.Position).Count();
        var losesGroups = nest.Computation.Has("g") && layer.UnitsPerPosition * positions == filters;
        foreach (var axis in losesGroups ? new[] { "g" } : ["oc", "c"])
            if (nest.Computation.Has(axis)) return (axis, nest.Computation[axis].Extent * filters / (layer.Extent * positions));
        return null;
    }

    private static (string, int)? ReductionAxis(ScheduledNest nest, LayerPositions layer) =>
        nest.Computation.Has("ic") ? ("ic", layer.UnitsPerPosition) : null;
}
