using CPrune.Compiler.Tasks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Reads from table C what each task offers to a walk: the groups that its layers belong to (<see cref="TaskGroups"/>), and the cut that the fastest
/// programs allow (docs/how-it-works.md, "The step"). These are the task's own program, those of coupled layers and those of the layers that read it.
/// </summary>
public static class CutOptions
{
    public static IReadOnlyList<CutOption> Of(PolicyView view, WalkMemory memory) =>
        [.. view.Accepted.Layers.Where(l => l.Main is not null).SelectMany(task => OptionsOf(task, view, memory))];

    /// <summary>One for each set of groups that the task's layers belong to, if it has room.</summary>
    private static IEnumerable<CutOption> OptionsOf(LayerTask task, PolicyView view, WalkMemory memory) => TaskGroups.Of(view.Analysis, task.Layers)
        .Select((set, rank) => OptionOf(task, set, view, memory) is { } option ? option with { Rank = rank } : null).OfType<CutOption>();

    private static CutOption? OptionOf(LayerTask task, IReadOnlyList<ChannelGroup> set, PolicyView view, WalkMemory memory)
    {
        var groups = set.Where(g => RoomOf(g) > 0).OrderBy(g => g.Id).ToList();
        while (groups.Count > 0)
        {
            var room = groups.Min(RoomOf);
            if (OptionOf(task, groups, room, view, memory) is { } option) return option;
            // What holds the others back is left as it is: a layer may be kept or capped while equal ones are not.
            groups.RemoveAll(g => RoomOf(g) == room);
        }

        return null;

        int RoomOf(ChannelGroup group) => group.Channels - view.Floors.LeastOf(group);
    }

    /// <param name="groups">Of the task's layers, those that are to be cut together.</param>
    /// <param name="room">Filters that each of them can lose.</param>
    private static CutOption? OptionOf(LayerTask task, List<ChannelGroup> groups, int room, PolicyView view, WalkMemory memory)
    {
        var key = KeyOf(groups, view.Analysis);
        if (memory.IsBarred(key)) return null;
        var request = StepRequests.For(groups, task.Layers, view.Accepted.NestsOf, memory.TooSlow(key)) with { Room = room };
        if (view.StepRule.Propose(request) is not StepResult.Proposed { Step: var step }) return null;
        if (step.Filters <= memory.TooSlow(key) || step.Filters > room) return null;
        return new CutOption(
            key, task.Label, view.Accepted.TotalSecondsOf(task), step.Filters, step.Explanation, [.. groups.Select(g => g.Id)], [.. LayersOf(groups)]);
    }

    /// <summary>
    /// Names of the layers. If these make channels of other groups, too, the names of each group's layers by themselves: no other set of groups is
    /// called the same.
    /// </summary>
    private static string KeyOf(List<ChannelGroup> groups, ChannelAnalysis analysis)
    {
        var layers = LayersOf(groups).ToList();
        return layers.TrueForAll(l => analysis.GroupsOf(l).Count(g => g.Prunable) == 1)
            ? Joined(layers)
            : string.Join(" | ", groups.Select(g => Joined(g.Layers)).Order(StringComparer.Ordinal));

        static string Joined(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> LayersOf(List<ChannelGroup> groups) => groups.SelectMany(g => g.Layers).Distinct(StringComparer.Ordinal);
}
