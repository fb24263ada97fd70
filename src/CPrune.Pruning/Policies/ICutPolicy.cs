using System.Collections.Immutable;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Policies;

/// <summary>A cut that a task of table C offers: so many filters from every one of its groups.</summary>
/// <param name="Key">The same for the same layers, whatever their widths: what the walk remembers a task by.</param>
/// <param name="TotalSeconds">Time × multiplicity.</param>
/// <param name="Filters">Filters to take from each group; larger than what was refused before.</param>
/// <param name="StepReason">How the number follows from the fastest programs.</param>
/// <param name="GroupIds">Coupled groups in the accepted model's channel analysis.</param>
/// <param name="Layers">Layers that lose filters.</param>
public sealed record CutOption(
    string Key, string TaskLabel, double TotalSeconds, int Filters, string StepReason, ImmutableArray<int> GroupIds, ImmutableArray<string> Layers);

/// <summary>What became of an earlier cut.</summary>
public sealed record CutOutcome(string Key, int Filters, Verdict Verdict);

/// <summary>Which cut is tried next. A pure function of the options and the history, so that a recorded run can be replayed.</summary>
public interface ICutPolicy
{
    /// <param name="options">Of the accepted model.</param>
    /// <param name="memory">All outcomes of the run so far.</param>
    /// <returns>Null when nothing is left to try.</returns>
    CutOption? Next(IReadOnlyList<CutOption> options, WalkMemory memory);
}
