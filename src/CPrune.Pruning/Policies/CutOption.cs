using System.Collections.Immutable;

namespace CPrune.Pruning.Policies;

/// <summary>A cut that a task of table C offers: so many filters from each of some of its groups.</summary>
/// <param name="Key">See <see cref="Cut.Key"/>.</param>
/// <param name="TotalSeconds">Time × multiplicity, in seconds.</param>
/// <param name="Filters">Filters to take from each group; larger than what was too slow before.</param>
/// <param name="StepReason">How the number follows from the fastest programs.</param>
/// <param name="GroupIds">Coupled groups in the accepted model's channel analysis.</param>
/// <param name="Layers">Layers that lose filters.</param>
public sealed record CutOption(
    string Key, string TaskLabel, double TotalSeconds, int Filters, string StepReason, ImmutableArray<int> GroupIds, ImmutableArray<string> Layers)
{
    /// <summary>Place among what its task offers: groups that take fewer other layers along come first.</summary>
    public int Rank { get; init; }

    public Cut ToCut() => new(Key, TaskLabel, [.. GroupIds.Select(id => new GroupCut(id, Filters))], Layers, StepReason);
}
