using System.Collections.Immutable;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Policies;

/// <summary>What became of an earlier cut.</summary>
/// <param name="Number">Of the candidate.</param>
/// <param name="Key">See <see cref="Cut.Key"/>.</param>
/// <param name="Filters">See <see cref="Cut.Filters"/>.</param>
/// <param name="Extent">See <see cref="Cut.Extent"/>.</param>
/// <param name="SelectionTop1">After short training; null where it was not trained.</param>
/// <param name="WasCheap">It cost so little accuracy that a larger one is worth trying (<see cref="Gates.AccuracyGate.IsCheap"/>).</param>
public sealed record CutOutcome(int Number, string Key, int Filters, Verdict Verdict, double? Extent = null, double? SelectionTop1 = null, bool WasCheap = false)
{
    /// <summary>See <see cref="Cut.Layers"/>.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>See <see cref="Cut.Removed"/>; null where that is not known.</summary>
    public string? Removed { get; init; }

    /// <summary>What the next cut of the same key is larger or smaller than: the extent, where there is one, or the filters.</summary>
    public int Size => (int)(Extent ?? Filters);
}
