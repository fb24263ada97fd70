using System.Collections.Immutable;
using CPrune.Tuning.Variants;

namespace CPrune.Tuning.Records;

/// <param name="Effort">Mean number of trials a task of the largest completed tuning (<see cref="IRecordStore.Effort"/>).</param>
public sealed record WorkloadEffort(Conditions Conditions, string Workload, double Effort);

/// <summary>Which variant of a whole model was the fastest.</summary>
/// <param name="Model"><see cref="Compiler.Tasks.ModelAlternatives.Key"/>.</param>
public sealed record NotedChoice(Conditions Conditions, string Model, ModelChoice Choice, DateTimeOffset MeasuredAt);

/// <summary>Everything that a store holds, or a part of it.</summary>
public sealed record RecordContents(ImmutableArray<TuningRecord> Records, ImmutableArray<WorkloadEffort> Efforts)
{
    public ImmutableArray<NotedChoice> Choices { get; init; } = [];

    /// <summary>The part that one target has, on any number of threads.</summary>
    /// <param name="machine"><see cref="Conditions.Machine"/>.</param>
    public RecordContents Of(string machine) => new(
        [.. Records.Where(r => r.Conditions.Machine == machine)], [.. Efforts.Where(e => e.Conditions.Machine == machine)])
    {
        Choices = [.. Choices.Where(c => c.Conditions.Machine == machine)],
    };
}

/// <summary>What a merge did.</summary>
/// <param name="Added">Programs that were not there.</param>
/// <param name="Replaced">Programs whose measurement was older than the one merged in.</param>
/// <param name="Kept">Programs whose measurement was as new or newer and stayed.</param>
public sealed record MergeOutcome(int Added, int Replaced, int Kept);
