using CPrune.Compiler.Tasks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Reads from table C what each task offers to a walk: the groups its layers belong to, and the cut that its fastest program, the programs of the layers
/// coupled with it and those of the layers that read it allow (docs/how-it-works.md, "The step"), or a multiple that is worth a candidate.
/// </summary>
public static class CutOptions
{
    /// <param name="saving">Share of the model's time that a cut should save, by its filters' share in the layers' time; null for what the walk has come to.</param>
    public static IReadOnlyList<CutOption> Of(PolicyView view, WalkMemory memory, double? saving = null) =>
    [
        .. view.Accepted.Layers.Where(l => l.Main is not null).Select(task => OptionOf(task, view, memory, view.SavingOf(saving ?? memory.Saving))).OfType<CutOption>(),
    ];

    private static CutOption? OptionOf(LayerTask task, PolicyView view, WalkMemory memory, double saving)
    {
        var layers = task.Layers.Where(l => view.Analysis.GroupOf(l) is { Prunable: true } g && RoomOf(g) > 0).ToList();
        while (layers.Count > 0)
        {
            var room = layers.Min(l => RoomOf(view.Analysis.GroupOf(l)!));
            if (OptionOf(task, layers, room, view, memory, saving) is { } option) return option;
            // What holds the others back is left as it is: a layer may be kept or capped where equal ones are not.
            layers.RemoveAll(l => RoomOf(view.Analysis.GroupOf(l)!) == room);
        }

        return null;

        int RoomOf(ChannelGroup group) => group.Channels - view.Floors.LeastOf(group);
    }

    /// <param name="layers">Of the task, those that are to be cut together.</param>
    /// <param name="room">Filters that each of them can lose.</param>
    private static CutOption? OptionOf(LayerTask task, List<string> layers, int room, PolicyView view, WalkMemory memory, double saving)
    {
        var analysis = view.Analysis;
        var groups = layers.Select(l => analysis.GroupOf(l)!).DistinctBy(g => g.Id).OrderBy(g => g.Id).ToList();
        var allLayers = groups.SelectMany(g => g.Layers).Distinct(StringComparer.Ordinal).ToList();
        var key = string.Join(' ', allLayers.Order(StringComparer.Ordinal));
        foreach (var beyond in Beyond(view, memory, saving, key, groups))
        {
            var request = StepRequests.For(analysis, layers, view.Accepted.NestsOf, beyond);
            if (request is null || view.StepRule.Propose(request with { Room = room }) is not StepResult.Proposed { Step: var step }) continue;
            var filters = Math.Min(step.Filters, memory.LargestCut(key));
            if (filters <= beyond || filters > room) continue;
            var reason = filters == step.Filters ? step.Explanation : $"{filters}, half of a cut that cost too much accuracy";
            return new CutOption(
                key, task.Label, view.Accepted.TotalSecondsOf(task), task.Multiplicity * task.Macs, filters, reason, [.. groups.Select(g => g.Id)], [.. allLayers]);
        }

        return null;
    }

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
