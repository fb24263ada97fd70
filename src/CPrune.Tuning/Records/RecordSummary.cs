using System.Collections.Immutable;

namespace CPrune.Tuning.Records;

/// <summary>What is known of one workload, or of all workloads of one family, under one set of conditions.</summary>
/// <param name="Shape">The family, and the extents where it is one workload; none where it is all of a family.</param>
/// <param name="Workloads">Workloads with a record.</param>
/// <param name="Programs">Programs with a time.</param>
/// <param name="Failures">Programs that failed.</param>
/// <param name="Fastest">Seconds of the fastest program: the smallest over the workloads; null where all failed.</param>
/// <param name="Slowest">The largest over the workloads of the fastest program's seconds.</param>
/// <param name="Latest">When the newest of them was measured.</param>
/// <param name="ControlSpread">The control kernel's slowest time over its fastest, less one: 0.05 says that the machine's speed changed by 5 %. Null where unknown.</param>
public sealed record RecordSummary(
    Conditions Conditions, WorkloadShape Shape, int Workloads, int Programs, int Failures, double? Fastest, double? Slowest, DateTimeOffset Latest,
    double? ControlSpread)
{
    /// <summary>A line a family; those of one target together.</summary>
    public static ImmutableArray<RecordSummary> OfFamilies(IEnumerable<TuningRecord> records) =>
        Of(records, r => r.Shape.Family, r => r.Shape with { Extents = [] });

    /// <summary>A line a workload.</summary>
    public static ImmutableArray<RecordSummary> OfWorkloads(IEnumerable<TuningRecord> records) => Of(records, r => r.Workload, r => r.Shape);

    private static ImmutableArray<RecordSummary> Of(
        IEnumerable<TuningRecord> records, Func<TuningRecord, string> group, Func<TuningRecord, WorkloadShape> shape) =>
    [
        .. records.GroupBy(r => (r.Conditions, Group: group(r))).Select(g => Of(g.Key.Conditions, shape(g.First()), [.. g]))
            .OrderBy(s => s.Conditions.TargetKey, StringComparer.Ordinal).ThenBy(s => s.Conditions.Caches)
            .ThenBy(s => s.Shape.Family, StringComparer.Ordinal).ThenBy(s => s.Shape.ExtentsText, StringComparer.Ordinal),
    ];

    private static RecordSummary Of(Conditions conditions, WorkloadShape shape, IReadOnlyList<TuningRecord> records)
    {
        var workloads = records.GroupBy(r => r.Workload).ToList();
        var best = workloads.Select(w => w.Min(r => r.Latency?.Median)).ToList();
        var controls = records.Select(r => r.ControlSeconds).OfType<double>().ToList();
        var failures = records.Count(r => r.Failure is not null);
        return new RecordSummary(
            conditions, shape, workloads.Count, records.Count - failures, failures, best.Min(), best.Max(), records.Max(r => r.MeasuredAt),
            controls.Count > 0 ? controls.Max() / controls.Min() - 1 : null);
    }
}
