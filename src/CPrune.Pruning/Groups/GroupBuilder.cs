using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>
/// Reads groups off the atoms. Sets of atoms that some layer makes side by side (its filters) form one group, whose positions are these
/// sets in the order in which the layers list them.
/// </summary>
internal static class GroupBuilder
{
    public static ChannelAnalysis Build(ChannelPropagation walk)
    {
        var duplicate = walk.Layers.GroupBy(l => l.Layer).FirstOrDefault(g => g.Count() > 1);
        if (duplicate is not null)
            throw new ArgumentException($"{duplicate.Count()} layers are called '{duplicate.Key}'; give every node its own name first");

        var groupOfAtom = TieLayers(walk);
        var positionOfAtom = Enumerable.Repeat(-1, walk.Atoms.Count).ToArray();
        var members = walk.Layers.Where(l => l.Filters.Length > 0)
            .GroupBy(l => groupOfAtom.Find(walk.Atoms.Find(l.Filters[0])))
            .ToList();
        var idOfRoot = members.Select((g, id) => (g.Key, id)).ToDictionary(p => p.Key, p => p.id);
        var extents = members.Select(g => NumberPositions(g, walk.Atoms, positionOfAtom)).ToList();
        var readers = ReadersByGroup(walk, groupOfAtom, idOfRoot, positionOfAtom);

        var groups = members.Select((layers, id) => new ChannelGroup
        {
            Id = id,
            Channels = extents[id],
            Producers = [.. layers.Select(l => Describe(l, l.FilterAxis, Positions(l.Filters, walk.Atoms, positionOfAtom, null), l.FilterGroups))],
            Readers = [.. readers[id]],
            FrozenReason = layers.SelectMany(l => l.Filters).Select(walk.Atoms.ReasonOf).FirstOrDefault(r => r is not null)
                ?? (extents[id] == 1 ? "it is a single channel" : null),
        }).ToImmutableArray();

        return new ChannelAnalysis(groups, walk, AtomPlaces(walk, groupOfAtom, idOfRoot, positionOfAtom));
    }

    /// <summary>A second forest over the representatives: one tree per group.</summary>
    private static ChannelAtoms TieLayers(ChannelPropagation walk)
    {
        var groups = new ChannelAtoms();
        groups.Fresh(walk.Atoms.Count);
        foreach (var layer in walk.Layers)
            foreach (var atom in layer.Filters) groups.Tie(walk.Atoms.Find(layer.Filters[0]), walk.Atoms.Find(atom));
        return groups;
    }

    private static int NumberPositions(IEnumerable<LayerChannelMap> layers, ChannelAtoms atoms, int[] positionOfAtom)
    {
        var count = 0;
        foreach (var layer in layers)
            foreach (var atom in layer.Filters)
                if (positionOfAtom[atoms.Find(atom)] < 0) positionOfAtom[atoms.Find(atom)] = count++;
        return count;
    }

    private static ILookup<int, LayerPositions> ReadersByGroup(
        ChannelPropagation walk, ChannelAtoms groupOfAtom, Dictionary<int, int> idOfRoot, int[] positionOfAtom)
    {
        var found = new List<(int Group, LayerPositions Reader)>();
        foreach (var layer in walk.Layers)
        {
            var roots = layer.Inputs.Select(a => groupOfAtom.Find(walk.Atoms.Find(a))).Distinct().Where(idOfRoot.ContainsKey);
            foreach (var root in roots)
            {
                var positions = Positions(layer.Inputs, walk.Atoms, positionOfAtom, a => groupOfAtom.Find(a) == root);
                found.Add((idOfRoot[root], Describe(layer, layer.ReductionAxis, positions, 1)));
            }
        }

        return found.ToLookup(f => f.Group, f => f.Reader);
    }

    private static ImmutableArray<int> Positions(ImmutableArray<int> list, ChannelAtoms atoms, int[] positionOfAtom, Func<int, bool>? belongs) =>
        [.. list.Select(atoms.Find).Select(a => belongs is null || belongs(a) ? positionOfAtom[a] : -1)];

    private static LayerPositions Describe(LayerChannelMap layer, int axis, ImmutableArray<int> positions, int filterGroups) =>
        new(layer.Layer, layer.Weight, axis, positions, positions.Where(p => p >= 0).GroupBy(p => p).Max(g => g.Count()) / filterGroups);

    private static (int Group, int Position)[] AtomPlaces(
        ChannelPropagation walk, ChannelAtoms groupOfAtom, Dictionary<int, int> idOfRoot, int[] positionOfAtom)
    {
        var places = new (int Group, int Position)[walk.Atoms.Count];
        for (var atom = 0; atom < places.Length; atom++)
        {
            var root = walk.Atoms.Find(atom);
            places[atom] = positionOfAtom[root] >= 0 ? (idOfRoot[groupOfAtom.Find(root)], positionOfAtom[root]) : (-1, -1);
        }

        return places;
    }
}
