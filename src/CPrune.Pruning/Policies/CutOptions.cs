using CPrune.Compiler.Tasks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Reads from table C what each task offers to a walk: the groups its layers belong to (<see cref="TaskGroups"/>), and the cut that its fastest program, the programs of the layers
/// coupled with it and those of the layers that read it allow (docs/how-it-works.md, "The step"), or a multiple that is worth a candidate.
/// </summary>
public static class CutOptions
{
    /// <param name="saving">Share of the model's time that a cut should save, by its filters' share in the layers' time; null for what the walk has come to.</param>
    public static IReadOnlyList<CutOption> Of(PolicyView view, WalkMemory memory, double? saving = null) =>
    [
        .. view.Accepted.Layers.Where(l => l.Main is not null).SelectMany(task => OptionsOf(task, view, memory, view.SavingOf(saving ?? memory.Saving))),
    ];

    /// <summary>One for each set of groups that the task's layers belong to, where it has room.</summary>
    private static IEnumerable<CutOption> OptionsOf(LayerTask task, PolicyView view, WalkMemory memory, double saving) =>
        TaskGroups.Of(view.Analysis, task.Layers).Select((set, rank) => OptionOf(task, set, view, memory, saving) is { } option ? option with { Rank = rank } : null).OfType<CutOption>();

    private static CutOption? OptionOf(LayerTask task, IReadOnlyList<ChannelGroup> set, PolicyView view, WalkMemory memory, double saving)
    {
        var groups = set.Where(g => RoomOf(g) > 0).OrderBy(g => g.Id).ToList();
        while (groups.Count > 0)
        {
            var room = groups.Min(RoomOf);
            if (OptionOf(task, groups, room, view, memory, saving) is { } option) return option;
            // What holds the others back is left as it is: a layer may be kept or capped where equal ones are not.
            groups.RemoveAll(g => RoomOf(g) == room);
        }

        return null;

        int RoomOf(ChannelGroup group) => group.Channels - view.Floors.LeastOf(group);
    }

    /// <param name="groups">Of the task's layers, those that are to be cut together.</param>
    /// <param name="room">Filters that each of them can lose.</param>
    private static CutOption? OptionOf(LayerTask task, List<ChannelGroup> groups, int room, PolicyView view, WalkMemory memory, double saving)
    {
        var key = KeyOf(groups, view.Analysis);
        foreach (var beyond in Beyond(view, memory, saving, key, groups))
        {
            var request = StepRequests.For(groups, task.Layers, view.Accepted.NestsOf, beyond) with { Room = room };
            if (view.StepRule.Propose(request) is not StepResult.Proposed { Step: var step }) continue;
            var filters = Math.Min(step.Filters, memory.LargestCut(key));
            if (filters <= beyond || filters > room) continue;
            var reason = filters == step.Filters ? step.Explanation : $"{filters}, half of a cut that cost too much accuracy";
            return new CutOption(
                key, task.Label, view.Accepted.TotalSecondsOf(task), task.Multiplicity * task.Macs, filters, reason, [.. groups.Select(g => g.Id)], [.. LayersOf(groups)]);
        }

        return null;
    }

    /// <summary>Names of the layers; where these make channels of other groups, too, names of each group's by themselves, so that no other set of groups is called the same.</summary>
    private static string KeyOf(List<ChannelGroup> groups, ChannelAnalysis analysis)
    {
        var layers = LayersOf(groups).ToList();
        return layers.TrueForAll(l => analysis.GroupsOf(l).Count(g => g.Prunable) == 1)
            ? Joined(layers)
            : string.Join(" | ", groups.Select(g => Joined(g.Layers)).Order(StringComparer.Ordinal));

        static string Joined(IEnumerable<string> names) => string.Join(' ', names.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> LayersOf(List<ChannelGroup> groups) => groups.SelectMany(g => g.Layers).Distinct(StringComparer.Ordinal);

    /// <summary>What a cut should be larger than: what is too little for the saving asked for, or half of the layer where it cannot save so much; for half of that and so on, where it cannot go; or for the memory of the task.</summary>
    private static IReadOnlyList<int> Beyond(PolicyView view, WalkMemory memory, double saving, string key, IReadOnlyList<ChannelGroup> groups)
    {
        if (!view.StepRule.MayTakeMore) return [memory.RefusedFilters(key)];
        IReadOnlyList<int> remembered = view.StillToSave <= saving ? [memory.RefusedFilters(key)] : memory.Beyond(key);
        var ordinary = (int)Math.Min(groups.Min(g => g.Channels) / 2, Math.Ceiling(saving * view.TotalSeconds / view.SecondsPerFilter(groups))) - 1;
        var beyond = new List<int>();
        for (var asked = ordinary; asked > remembered[0]; asked /= 2) beyond.Add(asked);
        return [.. beyond, .. remembered];
    }
}
