using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Steps;

/// <summary>Gathers what a step is read from: channel groups on one side, programs on the other.</summary>
public static class StepRequests
{
    private const string Channels = "c";

    /// <summary>
    /// The request for cutting the same number of filters from the first of the sets of groups that <paramref name="layers"/> (the subgraphs of a task) belong to. Layers
    /// whose channels must be left alone do not take part; null when none can be cut.
    /// </summary>
    /// <param name="programsOf">The fastest programs of a layer, by its node's name; null where there are none.</param>
    /// <param name="refused">Cuts of up to this many filters were refused before.</param>
    public static StepRequest? For(
        ChannelAnalysis analysis, IReadOnlyCollection<string> layers, Func<string, LayerNests?> programsOf, int refused = 0) =>
        TaskGroups.Of(analysis, layers) is [var first, ..] ? For(first, layers, programsOf, refused) : null;

    /// <summary>The request for cutting filters from one group, all of whose layers count as one's own.</summary>
    /// <inheritdoc cref="For(ChannelAnalysis, IReadOnlyCollection{string}, Func{string, LayerNests}, int)"/>
    public static StepRequest For(ChannelGroup group, Func<string, LayerNests?> programsOf, int refused = 0) =>
        For([group], group.Layers, programsOf, refused);

    /// <summary>The request for cutting the same number of filters from each of some groups.</summary>
    /// <param name="layers">Those whose programs are asked first; others are coupled with them.</param>
    /// <inheritdoc cref="For(ChannelAnalysis, IReadOnlyCollection{string}, Func{string, LayerNests}, int)"/>
    public static StepRequest For(
        IReadOnlyList<ChannelGroup> groups, IReadOnlyCollection<string> layers, Func<string, LayerNests?> programsOf, int refused = 0)
    {
        var own = layers.ToHashSet(StringComparer.Ordinal);
        var (producers, readers) = (groups.SelectMany(g => g.Producers).ToList(), groups.SelectMany(g => g.Readers).ToList());
        return new StepRequest
        {
            Filters = groups.Min(g => g.Channels),
            Own = Stages(producers.Where(p => own.Contains(p.Layer)), programsOf, FilterAxis),
            Coupled = [.. Stages(producers.Where(p => !own.Contains(p.Layer)), programsOf, FilterAxis), .. Transforms(producers, programsOf, n => n.After, FilterAxis)],
            Consumers = [.. Stages(readers, programsOf, ReductionAxis), .. Transforms(readers, programsOf, n => n.Before, ReductionAxis)],
            Refused = refused,
        };
    }

    private static ImmutableArray<StageLoops> Stages(
        IEnumerable<LayerPositions> layers, Func<string, LayerNests?> programsOf, Func<ScheduledNest, LayerPositions, (string Axis, int Units)?> axisOf)
    {
        var stages = ImmutableArray.CreateBuilder<StageLoops>();
        foreach (var layer in layers)
        {
            if (programsOf(layer.Layer)?.Main is not { } nest || axisOf(nest, layer) is not (var axis, var units)) continue;
            stages.Add(new StageLoops(layer.Layer, axis, nest.Computation[axis].Extent, nest.LoopsOf(axis), units));
        }

        return stages.ToImmutable();
    }

    /// <summary>
    /// The kernels around the main one split the same channels in their own way. They take less time than it does, and are given up before it is.
    /// </summary>
    private static IEnumerable<StageLoops> Transforms(
        IEnumerable<LayerPositions> layers, Func<string, LayerNests?> programsOf, Func<LayerNests, ImmutableArray<ScheduledNest>> kernelsOf,
        Func<ScheduledNest, LayerPositions, (string Axis, int Units)?> axisOf)
    {
        foreach (var layer in layers)
        {
            if (programsOf(layer.Layer) is not { } nests || axisOf(nests.Main, layer) is not (var axis, var units)) continue;
            var extent = nests.Main.Computation[axis].Extent;
            foreach (var nest in kernelsOf(nests).Where(n => n.Computation.Has(Channels) && n.Computation[Channels].Extent == extent))
                yield return new StageLoops(layer.Layer, Channels, extent, nest.LoopsOf(Channels), units);
        }
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
