using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>Where each atom's channel stands: its group, and its position there; −1 for channels that no layer makes, such as the model's input.</summary>
internal sealed class ChannelPlaces
{
    private readonly (int Group, int Position)[] _places;

    public ChannelPlaces(ChannelPropagation walk)
    {
        var atoms = walk.Atoms;
        var channels = InOrder(walk);
        var groups = channels.GroupBy(c => c, c => c.Root, Makers.Comparer)
            .OrderBy(g => g.Key.Layers, SequenceOrder.Instance).ThenBy(g => g.Key.Reason, StringComparer.Ordinal)
            .Select(g => (g.Key.Reason, Roots: g.ToList()))
            .ToList();
        Extents = [.. groups.Select(g => g.Roots.Count)];
        Reasons = [.. groups.Select(g => g.Reason)];

        var ofRoot = new Dictionary<int, (int, int)>();
        for (var group = 0; group < groups.Count; group++)
            for (var position = 0; position < groups[group].Roots.Count; position++) ofRoot[groups[group].Roots[position]] = (group, position);
        _places = [.. Enumerable.Range(0, atoms.Count).Select(a => ofRoot.TryGetValue(atoms.Find(a), out var place) ? place : (-1, -1))];
    }

    /// <summary>Channels of each group.</summary>
    public ImmutableArray<int> Extents { get; }

    /// <summary>Why each group must be left alone; null where it may be pruned.</summary>
    public ImmutableArray<string?> Reasons { get; }

    public (int Group, int Position) Of(int atom) => _places[atom];

    /// <summary>Every channel that some layer makes, in the order in which layers list them, with these layers.</summary>
    private static List<Makers> InOrder(ChannelPropagation walk)
    {
        var layersOf = new Dictionary<int, List<int>>();
        var order = new List<int>();
        for (var layer = 0; layer < walk.Layers.Count; layer++)
        {
            foreach (var root in walk.Layers[layer].Filters.Select(walk.Atoms.Find))
            {
                if (!layersOf.TryGetValue(root, out var layers))
                {
                    layersOf[root] = layers = [];
                    order.Add(root);
                }

                if (layers.Count == 0 || layers[^1] != layer) layers.Add(layer);
            }
        }

        return [.. order.Select(root => new Makers(root, layersOf[root], walk.Atoms.ReasonOf(root)))];
    }

    /// <param name="Layers">Numbers of the layers that make a channel, ascending.</param>
    private sealed record Makers(int Root, List<int> Layers, string? Reason)
    {
        /// <summary>Equal where layers and reason are.</summary>
        public static IEqualityComparer<Makers> Comparer { get; } = EqualityComparer<Makers>.Create(
            (a, b) => a!.Reason == b!.Reason && a.Layers.SequenceEqual(b.Layers),
            m => m.Layers.Aggregate(m.Reason is null ? 0 : m.Reason.GetHashCode(StringComparison.Ordinal), (hash, layer) => HashCode.Combine(hash, layer)));
    }

    private sealed class SequenceOrder : IComparer<List<int>>
    {
        public static SequenceOrder Instance { get; } = new();

        public int Compare(List<int>? x, List<int>? y)
        {
            var differing = x!.Zip(y!).FirstOrDefault(p => p.First != p.Second);
            return differing == default ? x!.Count.CompareTo(y!.Count) : differing.First.CompareTo(differing.Second);
        }
    }
}
