using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Policies;

/// <summary>What became of an earlier cut.</summary>
/// <param name="Number">Of the candidate, from 1.</param>
/// <param name="Key">See <see cref="Cut.Key"/>.</param>
/// <param name="Filters">See <see cref="Cut.Filters"/>.</param>
/// <param name="SelectionTop1">After the short training; null if it was not trained.</param>
public sealed record CutOutcome(int Number, string Key, int Filters, Verdict Verdict, double? SelectionTop1 = null);
