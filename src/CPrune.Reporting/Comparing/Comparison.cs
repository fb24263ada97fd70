using System.Collections.Immutable;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting.Comparing;

/// <summary>A policy's run.</summary>
/// <param name="Seed">If the policy ran with several seeds; null if it ran once.</param>
public sealed record ComparedRun(string Policy, RunRecord Record, int? Seed = null)
{
    /// <summary>The run's folder within the comparison's, with forward slashes.</summary>
    public string Folder => Seed is { } seed ? $"{Policy}/seed-{seed}" : Policy;

    /// <summary>For example <c>knapsack, seed 3</c>.</summary>
    public string Name => Seed is { } seed ? $"{Policy}, seed {seed}" : Policy;
}

/// <summary>Runs of the same job by several policies, all of them ended.</summary>
/// <param name="MinAccuracy">Top-1 on the test set that all had to keep; zero for none.</param>
public sealed record Comparison(double MinAccuracy, ImmutableArray<ComparedRun> Runs)
{
    public bool HasSeeds => Runs.Any(r => r.Seed is not null);

    /// <summary>The policies in the order in which they first ran.</summary>
    public ImmutableArray<string> Policies => [.. Runs.Select(r => r.Policy).Distinct()];
}
