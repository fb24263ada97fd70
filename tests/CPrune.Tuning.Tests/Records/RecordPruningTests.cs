using CPrune.Devices;
using CPrune.Tuning.Records;
using CsCheck;

namespace CPrune.Tuning.Tests.Records;

public class RecordPruningTests
{
    private static readonly Conditions Here = new("triple/cpu/+avx2/t1", CacheState.Warm);

    [Fact]
    public void The_fastest_stay_and_a_sample_of_all_speeds_with_every_failure()
    {
        TuningRecord[] records = [.. Enumerable.Range(1, 30).Select(i => Program(i)), Program(31) with { Latency = null, Failure = "Crashed" }];
        var dropped = new RecordPruning(new Thinning(4, 5), null, null).Dropped(records);
        Assert.Equal([1, 2, 3, 4, 9, 14, 19, 24, 30, 31], Kept(records, dropped));
    }

    [Fact]
    public void Each_workload_and_each_condition_keeps_its_own()
    {
        TuningRecord[] records =
        [
            Program(1), Program(2), Program(3) with { Workload = "v" }, Program(4) with { Conditions = Here with { Caches = CacheState.Cold } },
        ];
        Assert.Equal([1, 3, 4], Kept(records, new RecordPruning(new Thinning(1, 0), null, null).Dropped(records)));
    }

    [Fact]
    public void Old_records_and_those_of_other_targets_go()
    {
        TuningRecord[] records =
        [
            Program(1), Program(2) with { MeasuredAt = DateTimeOffset.UnixEpoch }, Program(3) with { Conditions = Here with { TargetKey = "triple/cpu/+avx2/t2" } },
            Program(4) with { Conditions = Here with { TargetKey = "triple/other/+avx2/t1" } },
        ];
        Assert.Equal([1, 3, 4], Kept(records, new RecordPruning(null, DateTimeOffset.UnixEpoch.AddDays(1), null).Dropped(records)));
        Assert.Equal([1, 2, 3], Kept(records, new RecordPruning(null, null, Here.Machine).Dropped(records)));
    }

    [Fact]
    public void What_was_pruned_needs_no_pruning() =>
        Gen.Select(SomeRecords.One.Array[0, 40], Gen.Int[0, 3], Gen.Int[0, 3]).Sample((records, best, sample) =>
        {
            var rules = new RecordPruning(new Thinning(best, sample), null, null);
            Assert.Empty(rules.Dropped(records.Except(rules.Dropped(records))));
        }, iter: 100);

    /// <summary>Otherwise the tuner would take a workload for settled that it knows no program of.</summary>
    [Fact]
    public void A_workload_without_programs_is_forgotten_altogether()
    {
        using var store = SqliteRecordStore.InMemory();
        store.Add([Program(1), Program(2) with { Workload = "v" }]);
        store.NoteEffort(Here, ["w", "v"], 48);
        store.Remove([Program(1)]);
        Assert.Equal(("v", 48, 0), (Assert.Single(store.Contents().Records).Workload, store.Effort(Here, "v"), store.Effort(Here, "w")));
    }

    private static int[] Kept(IEnumerable<TuningRecord> records, IEnumerable<TuningRecord> dropped) =>
        [.. records.Except(dropped).Select(r => int.Parse(r.Schedule)).Order()];

    private static TuningRecord Program(int number) => new(
        Here, "w", $"{number}", new LatencyEstimate(number, number, number, 10), null, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
}
