using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>From scores to the positions that go.</summary>
public static class Ranking
{
    /// <summary>
    /// The <paramref name="count"/> positions with the lowest scores, in ascending order of position; of equal scores the lower index goes first.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 0 or more than all.</exception>
    public static ImmutableArray<int> Lowest(this ISaliency saliency, ModelGraph graph, ChannelGroup group, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, group.Channels);
        var scores = saliency.Scores(graph, group);
        return [.. Enumerable.Range(0, group.Channels).OrderBy(p => scores[p]).ThenBy(p => p).Take(count).Order()];
    }
}
