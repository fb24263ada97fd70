using System.Collections.Immutable;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>From scores to the positions that go, and to what their going costs.</summary>
public static class Ranking
{
    /// <summary>
    /// The <paramref name="count"/> positions with the lowest scores, in ascending order of position: of all bundles of that size the one with the lowest sum. Of
    /// equal scores the lower index goes first. A position stays where some value would have no channel without it (<see cref="ChannelGroup.Parts"/>), so that
    /// there may be fewer.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 0 or more than all.</exception>
    public static ImmutableArray<int> Lowest(this ISaliency saliency, SaliencyContext context, ChannelGroup group, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, group.Channels);
        return [.. Ascending(saliency.Scores(context, group), group).Take(count).Order()];
    }

    /// <summary>
    /// The importance lost by removing the k lowest positions, for k from 0 to as many as can go: what a cut of a task costs beside a cut of another one. Where
    /// the saliency has a unit of its own for all groups (<see cref="ISaliency.ComparesGroups"/>), the curve is in units of the importance of an average
    /// prunable group; otherwise in shares of this group, which counts every group alike. Rises from 0, more steeply with every position except those that a
    /// layer's last one stands back for.
    /// </summary>
    public static double[] LossCurve(this ISaliency saliency, SaliencyContext context, ChannelGroup group)
    {
        var scores = saliency.Scores(context, group);
        var unit = saliency.ComparesGroups ? saliency.AverageOf(context) : scores.Sum();
        var (curve, lost) = (new List<double> { 0 }, 0.0);
        foreach (var position in Ascending(scores, group))
            curve.Add(unit > 0 ? (lost += scores[position]) / unit : 0);
        return [.. curve];
    }

    /// <summary>The importance of a whole group, in units of an average prunable one.</summary>
    /// <param name="saliency">One that compares groups.</param>
    public static double ImportanceOf(this ISaliency saliency, SaliencyContext context, ChannelGroup group)
    {
        var unit = saliency.AverageOf(context);
        return unit > 0 ? saliency.Scores(context, group).Sum() / unit : 0;
    }

    private static double AverageOf(this ISaliency saliency, SaliencyContext context) =>
        context.Analysis.Groups.Where(g => g.Prunable).Select(g => saliency.Scores(context, g).Sum()).DefaultIfEmpty(0).Average();

    /// <summary>Positions in the order in which they go, without those that must stay.</summary>
    private static IEnumerable<int> Ascending(IReadOnlyList<double> scores, ChannelGroup group)
    {
        var parts = new KeptParts(group);
        foreach (var position in Enumerable.Range(0, group.Channels).OrderBy(p => scores[p]).ThenBy(p => p))
            if (parts.TryTake(position)) yield return position;
    }
}
