using CPrune.Devices;
using CPrune.Graph;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Tests.Records;

public sealed class SqliteRecordStoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cprune-records-").FullName;

    private static readonly Conditions Here = new("t", CacheState.Warm), There = new("u", CacheState.Warm);

    private string File => Path.Combine(_folder, "sub", "tuning.db");

    [Fact]
    public void Records_come_back_from_the_file_as_they_went_in()
    {
        var good = Good("w", "s1", 0.5);
        var bad = Good("w", "s2", 1) with { Latency = null, Failure = "Crashed: killed by SIGSEGV", Features = [], ControlSeconds = null };
        using (var store = new SqliteRecordStore(File)) store.Add([good, bad]);
        using var again = new SqliteRecordStore(File);
        var records = again.For(Here, "w");
        Assert.Equal(2, records.Count);
        AssertSame(good, records[0]);
        AssertSame(bad, records[1]);
    }

    [Fact]
    public void The_best_is_the_fastest_correct_one_of_its_target()
    {
        using var store = SqliteRecordStore.InMemory();
        store.Add([Good("w", "slow", 2), Good("w", "fast", 1), Good("w", "x", 9) with { Latency = null, Failure = "WrongResult" }]);
        store.Add([Good("w", "other target", 0.1) with { Conditions = There }, Good("v", "other workload", 0.1)]);
        Assert.Equal("fast", store.Best(Here, "w")!.Schedule);
        Assert.Null(store.Best(Here, "unknown"));
    }

    [Fact]
    public void The_fastest_of_every_tuned_workload_are_told()
    {
        using var store = SqliteRecordStore.InMemory();
        store.Add([Good("w", "slow", 2), Good("w", "fast", 1), Good("w", "x", 9) with { Latency = null, Failure = "WrongResult" }]);
        store.Add([Good("v", "only", 3), Good("u", "x", 9) with { Latency = null, Failure = "WrongResult" }, Good("z", "other target", 1) with { Conditions = There }]);
        Assert.Equal(["only", "fast"], store.Fastest(Here, 1).Select(r => r.Schedule));
        Assert.Equal(["fast"], store.Fastest(Here, 3).Select(r => r.Schedule));
    }

    [Fact]
    public void Warm_and_cold_times_never_meet()
    {
        using var store = SqliteRecordStore.InMemory();
        var cold = Here with { Caches = CacheState.Cold };
        store.Add([Good("w", "s", 1), Good("w", "s", 2) with { Conditions = cold }, Sized("v", "s", 3, 60)]);
        store.NoteEffort(Here, ["w"], 8);
        Assert.Equal((1, 2), (store.Best(Here, "w")!.Latency!.Median, store.Best(cold, "w")!.Latency!.Median));
        Assert.Single(store.For(cold, "w"));
        Assert.Single(store.Latest(cold, 9));
        Assert.Empty(store.Similar(cold, "w", new WorkloadShape("family", [64]), 5, 1));
        Assert.Equal(0, store.Effort(cold, "w"));
    }

    [Fact]
    public void A_program_measured_again_replaces_its_record()
    {
        using var store = SqliteRecordStore.InMemory();
        store.Add([Good("w", "s", 1)]);
        store.Add([Good("w", "s", 2), Good("w", "s", 3)]);
        Assert.Equal(3, Assert.Single(store.For(Here, "w")).Latency!.Median);
    }

    [Fact]
    public void A_batch_with_a_bad_record_adds_nothing()
    {
        using var store = SqliteRecordStore.InMemory();
        var neither = Good("w", "torn", 1) with { Latency = null };
        Assert.ThrowsAny<Exception>(() => store.Add([Good("w", "s", 1), neither]));
        Assert.Empty(store.For(Here, "w"));
    }

    [Fact]
    public void Similar_workloads_are_of_the_family_and_the_nearest_come_first()
    {
        using var store = SqliteRecordStore.InMemory();
        store.Add([
            Sized("far", "f1", 1, 16), Sized("near", "n1", 2, 60), Sized("near", "n2", 1, 60), Sized("same", "s", 1, 64),
            Sized("alien", "a", 1, 64) with { Shape = new WorkloadShape("other", [64]) },
        ]);
        var similar = store.Similar(Here, "same", new WorkloadShape("family", [64]), 5, 1);
        Assert.Equal(["n2", "f1"], similar.Select(r => r.Schedule));
        Assert.Equal(["n2", "n1", "f1"], store.Similar(Here, "same", new WorkloadShape("family", [64]), 5, 2).Select(r => r.Schedule));
        Assert.Equal(["n2"], store.Similar(Here, "same", new WorkloadShape("family", [64]), 1, 1).Select(r => r.Schedule));
    }

    [Fact]
    public void The_cost_model_gets_the_latest_programs_with_features()
    {
        using var store = SqliteRecordStore.InMemory();
        store.Add([Good("w", "old", 1), Good("w", "new", 1), Good("w", "bare", 1) with { Features = [] }]);
        Assert.Equal(["new"], store.Latest(Here, 1).Select(r => r.Schedule));
    }

    [Fact]
    public void Effort_only_grows()
    {
        using var store = SqliteRecordStore.InMemory();
        Assert.Equal(0, store.Effort(Here, "w"));
        store.NoteEffort(Here, ["w", "v"], 20);
        store.NoteEffort(Here, ["w"], 8);
        Assert.Equal((20, 20, 0), (store.Effort(Here, "w"), store.Effort(Here, "v"), store.Effort(There, "w")));
    }

    [Fact]
    public void Two_stores_share_a_file()
    {
        using var one = new SqliteRecordStore(File);
        using var two = new SqliteRecordStore(File);
        Parallel.For(0, 40, i => (i % 2 == 0 ? one : two).Add([Good("w", $"s{i}", i + 1)]));
        Assert.Equal(40, one.For(Here, "w").Count);
        Assert.Equal("s0", two.Best(Here, "w")!.Schedule);
    }

    [Fact]
    public void Something_else_than_records_is_refused_in_a_sentence()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, new string('x', 5000));
        var error = Assert.Throws<UserErrorException>(() => new SqliteRecordStore(File));
        Assert.Equal(UserErrorKind.Output, error.Kind);
        Assert.Equal(
            $"cannot open the tuning records '{File}': SQLite Error 26: 'file is not a database'; set XDG_CACHE_HOME to a folder you can write to, or remove the file if it is damaged",
            error.Message);
    }

    /// <summary>The write-ahead log is copied while the store is open: what a killed process leaves behind.</summary>
    [Fact]
    public void A_file_left_by_a_killed_process_opens_with_all_committed_records()
    {
        var copy = Path.Combine(_folder, "copy.db");
        using (var store = new SqliteRecordStore(File))
        {
            store.Add([Good("w", "s1", 1), Good("w", "s2", 2)]);
            foreach (var part in new[] { "", "-wal" }) System.IO.File.Copy(File + part, copy + part);
        }

        using (var log = System.IO.File.OpenWrite(copy + "-wal"))
        {
            log.Position = log.Length;
            log.Write(new byte[1000]);
        }

        using var left = new SqliteRecordStore(copy);
        Assert.Equal(2, left.For(Here, "w").Count);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static TuningRecord Sized(string workload, string schedule, double seconds, int extent) =>
        Good(workload, schedule, seconds) with { Shape = new WorkloadShape("family", [extent]) };

    private static TuningRecord Good(string workload, string schedule, double seconds) => new(
        Here, workload, schedule, new(seconds, seconds * 0.9, seconds * 1.1, 12), null, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))
    {
        Shape = new WorkloadShape("family", [64, 8]),
        Features = [1, 2.5f, -3],
        ControlSeconds = 1.5e-4,
    };

    private static void AssertSame(TuningRecord expected, TuningRecord actual)
    {
        Assert.Equal(expected with { Features = [] }, actual with { Features = [] });
        Assert.Equal(expected.Features, actual.Features);
    }
}
