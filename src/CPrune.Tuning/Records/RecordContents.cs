using System.Collections.Immutable;

namespace CPrune.Tuning.Records;

/// <param name="Effort">Mean number of trials a task of the largest completed tuning (<see cref="IRecordStore.Effort"/>).</param>
public sealed record WorkloadEffort(Conditions Conditions, string Workload, double Effort);

/// <summary>Everything that a store holds, or a part of it.</summary>
public sealed record RecordContents(ImmutableArray<TuningRecord> Records, ImmutableArray<WorkloadEffort> Efforts)
{
    /// <summary>The part that one target has, on any number of threads.</summary>
    /// <param name="machine"><see cref="Conditions.Machine"/>.</param>
    public RecordContents Of(string machine) => new(
        [.. Records.Where(r => r.Conditions.Machine == machine)], [.. Efforts.Where(e => e.Conditions.Machine == machine)]);
}

/// <summary>What a merge did.</summary>
/// <param name="Added">Programs that were not there.</param>
/// <param name="Replaced">Programs whose measurement was older than the one merged in.</param>
/// <param name="Kept">Programs whose measurement was as new or newer and stayed.</param>
public sealed record MergeOutcome(int Added, int Replaced, int Kept);
