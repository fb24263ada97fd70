using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Steps;

/// <summary>Gathers what a step is read from: channel groups on one side, programs on the other.</summary>
public static class StepRequests
{
    private static readonly string[] FilterAxes = ["oc", "c", "g"];

    /// <summary>
    /// The request for cutting the same number of filters from every one of <paramref name="layers"/> (the subgraphs of a task). Layers whose channels must be left alone do
    /// not take part; null when none can be cut.
    /// </summary>
    /// <param name="programOf">The fastest program of a layer, by its node's name; null where there is none.</param>
    /// <param name="refused">Cuts of up to this many filters were refused before.</param>
    public static StepRequest? For(
        ChannelAnalysis analysis, IEnumerable<string> layers, Func<string, ScheduledNest?> programOf, int refused = 0)
    {
        var own = layers.Where(layer => analysis.GroupOf(layer) is { Prunable: true }).ToHashSet(StringComparer.Ordinal);
        if (own.Count == 0) return null;
        var groups = own.Select(layer => analysis.GroupOf(layer)!).DistinctBy(g => g.Id).ToList();
        var producers = groups.SelectMany(g => g.Producers).ToList();
        return new StepRequest
        {
            Filters = groups.Min(g => g.Channels),
            Own = Stages(producers.Where(p => own.Contains(p.Layer)), programOf, FilterAxis),
            Coupled = Stages(producers.Where(p => !own.Contains(p.Layer)), programOf, FilterAxis),
            Consumers = Stages(groups.SelectMany(g => g.Readers), programOf, (nest, _) => nest.Computation.Has("ic") ? "ic" : null),
            Refused = refused,
        };
    }

    private static ImmutableArray<StageLoops> Stages(
        IEnumerable<LayerPositions> layers, Func<string, ScheduledNest?> programOf, Func<ScheduledNest, LayerPositions, string?> axisOf)
    {
        var stages = ImmutableArray.CreateBuilder<StageLoops>();
        foreach (var layer in layers)
        {
            if (programOf(layer.Layer) is not { } nest || axisOf(nest, layer) is not { } axis) continue;
            stages.Add(new StageLoops(layer.Layer, axis, nest.Computation[axis].Extent, nest.LoopsOf(axis), layer.UnitsPerPosition));
        }

        return stages.ToImmutable();
    }

    /// <summary>The axis that counts the layer's filters: a depthwise layer has none of its own, a grouped one those of one group.</summary>
    private static string? FilterAxis(ScheduledNest nest, LayerPositions layer)
    {
        var extent = layer.Positions.Distinct().Count() * layer.UnitsPerPosition;
        return FilterAxes.FirstOrDefault(name => nest.Computation.Has(name) && nest.Computation[name].Extent == extent);
    }
}
