using System.Collections.Immutable;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting.Comparing;

/// <summary>A policy's run.</summary>
public sealed record ComparedRun(string Policy, RunRecord Record);

/// <summary>Runs of the same job by several policies, all of them ended.</summary>
/// <param name="MinAccuracy">Top-1 on the test set that all had to keep; zero for none.</param>
public sealed record Comparison(double MinAccuracy, ImmutableArray<ComparedRun> Runs);
