using System.Collections.Immutable;
using CPrune.Devices;

namespace CPrune.Tuning.Records;

/// <summary>One measured program. <see cref="Failure"/> is null when it ran and was right; exactly one of latency and failure is set.</summary>
/// <param name="Workload"><see cref="CPrune.Compiler.Expressions.Computation.Key"/>.</param>
/// <param name="Schedule">The schedule's text.</param>
/// <param name="Latency">Of one call.</param>
/// <param name="Failure">The kind of failure and its reason.</param>
public sealed record TuningRecord(
    Conditions Conditions, string Workload, string Schedule, LatencyEstimate? Latency, string? Failure, DateTimeOffset MeasuredAt)
{
    /// <summary>What kind of workload it is and how large, so that similar ones find each other.</summary>
    public WorkloadShape Shape { get; init; } = WorkloadShape.Unknown;

    /// <summary>What the cost model sees of the program; empty when made by a version with other features, or when refused.</summary>
    public ImmutableArray<float> Features { get; init; } = [];

    /// <summary>Seconds that the control kernel took beside this measurement: how fast the machine was just then. Null where nothing was timed.</summary>
    public double? ControlSeconds { get; init; }
}
