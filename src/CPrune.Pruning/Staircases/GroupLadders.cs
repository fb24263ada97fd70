using System.Collections.Immutable;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Staircases;

/// <summary>Reads ladders off a model's fastest programs: one legal step after the other, down to the narrowest width that is allowed.</summary>
public static class GroupLadders
{
    /// <summary>A longer ladder is thinned out; the model's latency hardly tells apart more widths of one group.</summary>
    private const int MostStairs = 12;

    /// <summary>Ladders of all groups that can be cut at all, in the order of the groups.</summary>
    /// <param name="model">The accepted model.</param>
    /// <param name="analysis">Of its graph.</param>
    /// <param name="leastWidth">Channels that must stay.</param>
    /// <param name="lowest">The least salient positions, so many of them; fewer where no more can go.</param>
    public static ImmutableArray<GroupLadder> Of(
        TunedModel model, ChannelAnalysis analysis, IStepRule rule, Func<ChannelGroup, int> leastWidth,
        Func<ChannelGroup, int, IReadOnlyCollection<int>> lowest) =>
    [
        .. analysis.Groups.Where(g => g.Prunable)
            .Select(group => Of(group, Cuts(model, group, rule, group.Channels - leastWidth(group)), lowest))
            .Where(ladder => ladder.Stairs.Length > 1),
    ];

    /// <summary>Numbers of filters that can go, ascending, beginning with none.</summary>
    private static List<int> Cuts(TunedModel model, ChannelGroup group, IStepRule rule, int most)
    {
        var cuts = new List<int> { 0 };
        while (rule.Propose(StepRequests.For(group, model.NestsOf, cuts[^1]) with { Room = most }) is StepResult.Proposed { Step.Filters: var cut } && cut > cuts[^1] && cut <= most)
            cuts.Add(cut);
        return cuts;
    }

    private static GroupLadder Of(ChannelGroup group, List<int> cuts, Func<ChannelGroup, int, IReadOnlyCollection<int>> lowest)
    {
        var stairs = Thinned(cuts).Select(cut => cut == 0 ? [] : lowest(group, cut).Order().ToImmutableArray())
            .Select(removed => new Stair(group.Channels - removed.Length, removed))
            .DistinctBy(stair => stair.Width);
        return new GroupLadder(group.Id, [.. stairs]);
    }

    private static IEnumerable<int> Thinned(List<int> cuts)
    {
        var kept = Math.Min(cuts.Count, MostStairs);
        return Enumerable.Range(0, kept).Select(i => cuts[kept == 1 ? 0 : i * (cuts.Count - 1) / (kept - 1)]);
    }
}
