using System.Collections.Immutable;

namespace CPrune.Tuning.Records;

/// <summary>How many programs of a workload are worth keeping.</summary>
/// <param name="Best">The fastest ones.</param>
/// <param name="Sample">Of the rest, spread evenly over their speeds: the cost model learns as much from slow programs as from fast ones.</param>
public sealed record Thinning(int Best, int Sample)
{
    public static Thinning Usual { get; } = new(16, 48);
}

/// <summary>Which records no longer help; each rule by itself.</summary>
/// <param name="Thinning">What to keep of each workload; null to keep all.</param>
/// <param name="Before">Records measured earlier go; null for any age.</param>
/// <param name="OnlyMachine">Records of other targets go (<see cref="Conditions.Machine"/>); null to keep those of all targets.</param>
public sealed record RecordPruning(Thinning? Thinning, DateTimeOffset? Before, string? OnlyMachine)
{
    /// <summary>The records that go. What is left would lose nothing if it were pruned again.</summary>
    public ImmutableArray<TuningRecord> Dropped(IEnumerable<TuningRecord> records)
    {
        var outdated = records.ToLookup(r => r.MeasuredAt < Before || (OnlyMachine is not null && r.Conditions.Machine != OnlyMachine));
        return [.. outdated[true], .. outdated[false].GroupBy(r => (r.Conditions, r.Workload)).SelectMany(Superfluous)];
    }

    /// <summary>Failures stay, for they are few and keep a program from being tried again.</summary>
    private IEnumerable<TuningRecord> Superfluous(IEnumerable<TuningRecord> workload)
    {
        if (Thinning is not var (best, sample)) return [];
        var rest = workload.Where(r => r.Latency is not null)
            .OrderBy(r => r.Latency!.Median).ThenBy(r => r.Schedule, StringComparer.Ordinal).Skip(best).ToList();
        if (rest.Count <= sample) return [];
        // Ranks at equal distances, the slowest among them.
        var kept = Enumerable.Range(1, sample).Select(i => (int)((long)i * rest.Count / sample) - 1).ToHashSet();
        return rest.Where((_, rank) => !kept.Contains(rank));
    }
}
