using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>From scores to the positions that go.</summary>
public static class Ranking
{
    /// <summary>
    /// The <paramref name="count"/> positions with the lowest scores, in ascending order of position; of equal scores the lower index goes
    /// first. A position that is the last one of a layer stays (in a group where layers are added to a concatenation of others), so that
    /// there may be fewer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 0 or more than all.</exception>
    public static ImmutableArray<int> Lowest(this ISaliency saliency, ModelGraph graph, ChannelGroup group, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, group.Channels);
        var scores = saliency.Scores(graph, group);
        var layersOf = group.Producers.SelectMany(p => p.Positions.Distinct().Select(position => (Position: position, p.Layer)))
            .ToLookup(p => p.Position, p => p.Layer);
        var left = group.Producers.ToDictionary(p => p.Layer, p => p.Positions.Distinct().Count(), StringComparer.Ordinal);
        var lowest = new List<int>();
        foreach (var position in Enumerable.Range(0, group.Channels).OrderBy(p => scores[p]).ThenBy(p => p))
        {
            if (lowest.Count == count) break;
            if (layersOf[position].Any(layer => left[layer] == 1)) continue;
            foreach (var layer in layersOf[position]) left[layer]--;
            lowest.Add(position);
        }

        return [.. lowest.Order()];
    }
}
