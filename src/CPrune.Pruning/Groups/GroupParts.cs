using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>Positions of which one has to stay, and the value that would otherwise be empty.</summary>
internal sealed record GroupPart(string Value, ImmutableArray<int> Positions);

/// <summary>
/// No value may lose all of its channels. Where they come from several groups, the one that has most of them answers for it; a group that is in it as a whole
/// keeps a channel anyway.
/// </summary>
internal static class GroupParts
{
    /// <summary>The distinct parts of each group.</summary>
    public static ILookup<int, GroupPart> Of(ChannelPropagation walk, ChannelPlaces places)
    {
        var found = new List<(int Group, GroupPart Part)>();
        for (var group = 0; group < places.Extents.Length; group++)
            found.Add((group, new GroupPart("", [.. Enumerable.Range(0, places.Extents[group])])));
        foreach (var (value, layout) in walk.Layouts)
            if (layout is ChannelLayout.Known known && AnswersFor(value, known.Atoms, walk, places) is { } part) found.Add(part);
        return found.DistinctBy(f => (f.Group, string.Join(' ', f.Part.Positions))).ToLookup(f => f.Group, f => f.Part);
    }

    /// <summary>Why no position can go, or null where one can.</summary>
    public static string? WhyStuck(IEnumerable<GroupPart> parts, int channels)
    {
        var single = parts.Where(p => p.Positions.Length == 1).DistinctBy(p => p.Positions[0]).ToList();
        return single.Count == channels ? $"'{single[0].Value}' has no other channel" : null;
    }

    private static (int Group, GroupPart Part)? AnswersFor(string value, ImmutableArray<int> atoms, ChannelPropagation walk, ChannelPlaces places)
    {
        walk.Count(atoms.Length);
        var positions = new Dictionary<int, SortedSet<int>>();
        foreach (var atom in atoms)
        {
            var (group, position) = places.Of(atom);
            if (group < 0) return null;
            if (!positions.TryGetValue(group, out var own)) positions[group] = own = [];
            own.Add(position);
        }

        if (positions.Count == 0 || positions.Any(p => p.Value.Count == places.Extents[p.Key])) return null;
        var (most, part) = positions.OrderByDescending(p => p.Value.Count).ThenBy(p => p.Key).First();
        return (most, new GroupPart(value, [.. part]));
    }
}
