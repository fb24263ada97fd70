using System.Collections.Immutable;
using System.Globalization;

namespace CPrune.Pruning.Policies;

/// <summary>Filters that go from one coupled group: the least important ones.</summary>
/// <param name="Group">Its <see cref="Groups.ChannelGroup.Id"/> in the model's channel analysis.</param>
public sealed record GroupCut(int Group, int Filters);

/// <summary>What a candidate takes away from a model.</summary>
/// <param name="Key">What a policy remembers it by: the same for the same layers, whatever their widths.</param>
/// <param name="Label">For people: a task, or what several groups have in common.</param>
/// <param name="Groups">Each group at most once.</param>
/// <param name="Layers">Layers that lose filters, or are gone.</param>
/// <param name="Reason">How the numbers came about.</param>
public sealed record Cut(string Key, string Label, ImmutableArray<GroupCut> Groups, ImmutableArray<string> Layers, string Reason)
{
    /// <summary>Names of residual blocks that become their shortcuts.</summary>
    public ImmutableArray<string> Blocks { get; init; } = [];

    /// <summary>Filters of the layers that go with their blocks.</summary>
    public int FiltersOfBlocks { get; init; }

    /// <summary>What goes, as a text that tells cuts of one model apart.</summary>
    public string Removed => string.Join(
        ", ", Groups.Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Filters} of group {g.Group}")).Concat(Blocks));

    /// <summary>Filters from each group if all lose the same number, and no block goes; otherwise of all together.</summary>
    public int Filters => Blocks.IsEmpty && Groups.Select(g => g.Filters).Distinct().Count() == 1
        ? Groups[0].Filters
        : Groups.Sum(g => g.Filters) + FiltersOfBlocks;
}
