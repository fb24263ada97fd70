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
        var producers = ByGroup(walk, places, l => (l.FilterAxis, l.Filters, l.FilterGroups));
        var readers = ByGroup(walk, places, l => (l.ReductionAxis, l.Inputs, 1));
        var parts = GroupParts.Of(walk, places);
        var layers = walk.Layers.Select(l => l.Layer).ToHashSet(StringComparer.Ordinal);
        var groups = places.Reasons.Select((reason, id) => new ChannelGroup
        {
            Id = id,
            Channels = places.Extents[id],
            Producers = [.. producers[id]],
            Readers = [.. readers[id]],
            Parts = [.. parts[id].Select(p => p.Positions)],
            LayersOfModel = layers,
            FrozenReason = reason ?? (places.Extents[id] == 1 ? "it is a single channel" : GroupParts.WhyStuck(parts[id], places.Extents[id])),
        });
        return new ChannelAnalysis([.. groups], walk, places);
    }

    /// <summary>What each layer has to do with each group, in graph order: the indices of all groups together are those of the axis.</summary>
    private static ILookup<int, LayerPositions> ByGroup(
        ChannelPropagation walk, ChannelPlaces places, Func<LayerChannelMap, (int Axis, ImmutableArray<int> Atoms, int FilterGroups)> axisOf)
    {
        var found = new List<(int Group, LayerPositions Layer)>();
        foreach (var layer in walk.Layers)
        {
            var (axis, atoms, filterGroups) = axisOf(layer);
            var indices = new Dictionary<int, ImmutableArray<(int Index, int Position)>.Builder>();
            for (var i = 0; i < atoms.Length; i++)
            {
                var (group, position) = places.Of(atoms[i]);
                if (group < 0) continue;
                if (!indices.TryGetValue(group, out var own)) indices[group] = own = ImmutableArray.CreateBuilder<(int, int)>();
                own.Add((i, position));
            }

            foreach (var (group, own) in indices)
            {
                walk.Count(own.Count);
                found.Add((group, new LayerPositions(
                    layer.Layer, layer.Weight, axis, atoms.Length, own.ToImmutable(), own.CountBy(o => o.Position).Max(p => p.Value) / filterGroups)));
            }
        }

        return found.ToLookup(f => f.Group, f => f.Layer);
    }
}
