using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>
/// Reads groups off the atoms. Tied atoms are one channel; channels that the same layers make, and that are left alone for the same reason if at all, form one
/// group, whose positions are these channels in the order in which the layers list them.
/// </summary>
internal static class GroupBuilder
{
    public static ChannelAnalysis Build(ChannelPropagation walk)
    {
        var duplicate = walk.Layers.GroupBy(l => l.Layer).FirstOrDefault(g => g.Count() > 1);
        if (duplicate is not null)
            throw new ArgumentException($"{duplicate.Count()} layers are called '{duplicate.Key}'; give every node its own name first");

        var places = new ChannelPlaces(walk);
        var producers = ByGroup(walk.Layers, l => l.Filters, places, (l, positions) => Describe(l, l.FilterAxis, positions, l.FilterGroups));
        var readers = ByGroup(walk.Layers, l => l.Inputs, places, (l, positions) => Describe(l, l.ReductionAxis, positions, 1));
        var parts = GroupParts.Of(walk, places);
        var groups = places.Reasons.Select((reason, id) => new ChannelGroup
        {
            Id = id,
            Channels = places.Extents[id],
            Producers = [.. producers[id]],
            Readers = [.. readers[id]],
            Parts = [.. parts[id].Select(p => p.Positions)],
            FrozenReason = reason ?? (places.Extents[id] == 1 ? "it is a single channel" : GroupParts.WhyStuck(parts[id], places.Extents[id])),
        });
        return new ChannelAnalysis([.. groups], walk, places);
    }

    /// <summary>What each layer has to do with each group, in graph order.</summary>
    private static ILookup<int, LayerPositions> ByGroup(
        List<LayerChannelMap> layers, Func<LayerChannelMap, ImmutableArray<int>> atomsOf, ChannelPlaces places,
        Func<LayerChannelMap, ImmutableArray<int>, LayerPositions> describe)
    {
        var found = new List<(int Group, LayerPositions Layer)>();
        foreach (var layer in layers)
        {
            var own = atomsOf(layer).Select(places.Of).ToList();
            foreach (var group in own.Select(p => p.Group).Where(g => g >= 0).Distinct())
                found.Add((group, describe(layer, [.. own.Select(p => p.Group == group ? p.Position : -1)])));
        }

        return found.ToLookup(f => f.Group, f => f.Layer);
    }

    private static LayerPositions Describe(LayerChannelMap layer, int axis, ImmutableArray<int> positions, int filterGroups) =>
        new(layer.Layer, layer.Weight, axis, positions, positions.Where(p => p >= 0).CountBy(p => p).Max(p => p.Value) / filterGroups);
}
