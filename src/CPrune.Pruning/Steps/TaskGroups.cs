using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Steps;

/// <summary>Which groups a task cuts. A layer can make channels of several: beside those that it shares with others some that are its own.</summary>
public static class TaskGroups
{
    /// <summary>
    /// All prunable groups of some layers (the subgraphs of a task), in sets that are cut at once: equal layers lose the same number of filters, each once. Groups
    /// that take the fewest other layers along come first; there is one set where every layer belongs to one group, and none where nothing can be cut.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<ChannelGroup>> Of(ChannelAnalysis analysis, IEnumerable<string> layers)
    {
        var sets = new List<List<ChannelGroup>>();
        foreach (var group in layers.SelectMany(analysis.GroupsOf).Where(g => g.Prunable).DistinctBy(g => g.Id).OrderBy(g => g.Producers.Length).ThenBy(g => g.Id))
        {
            if (sets.Find(set => !set.Exists(other => other.Layers.Intersect(group.Layers).Any())) is { } apart) apart.Add(group);
            else sets.Add([group]);
        }

        return sets;
    }
}
