using CPrune.Devices;

namespace CPrune.Tuning.Records;

/// <summary>One measured program. <see cref="Failure"/> is null when it ran and was right.</summary>
/// <param name="TargetKey"><see cref="CPrune.Compiler.Targets.Target.Key"/>.</param>
/// <param name="Workload"><see cref="CPrune.Compiler.Expressions.Computation.Key"/>.</param>
/// <param name="Schedule">The schedule's text.</param>
public sealed record TuningRecord(
    string TargetKey, string Workload, string Schedule, LatencyEstimate? Latency, string? Failure, DateTimeOffset MeasuredAt);

/// <summary>Tuning records, shared by runs and models.</summary>
public interface IRecordStore
{
    IReadOnlyList<TuningRecord> For(string targetKey, string workload);

    /// <summary>The fastest correct record.</summary>
    TuningRecord? Best(string targetKey, string workload);

    void Add(IEnumerable<TuningRecord> records);
}
