using CPrune.Devices;
using CPrune.Graph;
using CPrune.Tuning.Records;
using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Tests.Records;

public sealed class RecordSchemaTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("cprune-schema-").FullName, "tuning.db");

    /// <summary>The tables as the first version made them, with one record of each kind.</summary>
    [Fact]
    public void A_file_of_the_first_version_keeps_its_records_as_warm_ones()
    {
        Run("""
            CREATE TABLE records (
                id INTEGER PRIMARY KEY, target TEXT NOT NULL, workload TEXT NOT NULL, family TEXT NOT NULL, extents TEXT NOT NULL, schedule TEXT NOT NULL,
                median REAL, low REAL, high REAL, samples INTEGER, failure TEXT, features BLOB, measured_at TEXT NOT NULL,
                UNIQUE (target, workload, schedule), CHECK ((median IS NULL) <> (failure IS NULL)));
            CREATE INDEX records_by_family ON records (target, family);
            CREATE TABLE efforts (target TEXT NOT NULL, workload TEXT NOT NULL, effort REAL NOT NULL, PRIMARY KEY (target, workload));
            INSERT INTO records VALUES (1, 't', 'w', 'family', '64,8', 's1', 0.5, 0.4, 0.6, 12, NULL, x'0000803f', '2026-01-02T03:04:05.0000000+00:00');
            INSERT INTO records VALUES (2, 't', 'w', 'family', '64,8', 's2', NULL, NULL, NULL, NULL, 'Crashed', NULL, '2026-01-02T03:04:05.0000000+00:00');
            INSERT INTO efforts VALUES ('t', 'w', 48);
            PRAGMA user_version = 1;
            """);
        var warm = new Conditions("t", CacheState.Warm);
        for (var opening = 0; opening < 2; opening++)
        {
            using var store = new SqliteRecordStore(_file);
            var records = store.For(warm, "w");
            Assert.Equal(["s1", "s2"], records.Select(r => r.Schedule));
            Assert.Equal(new LatencyEstimate(0.5, 0.4, 0.6, 12), records[0].Latency);
            Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), records[0].MeasuredAt);
            Assert.Equal([1f], records[0].Features);
            Assert.Null(records[0].ControlSeconds);
            Assert.Equal("Crashed", records[1].Failure);
            Assert.Equal(48, store.Effort(warm, "w"));
            Assert.Empty(store.For(warm with { Caches = CacheState.Cold }, "w"));
        }
    }

    [Fact]
    public void A_file_from_before_choices_were_noted_takes_them()
    {
        using (new SqliteRecordStore(_file))
        {
            // Makes the tables of today.
        }

        Run("DROP TABLE choices; INSERT INTO efforts VALUES ('t', 'warm', 'w', 48); PRAGMA user_version = 2;");
        using var store = new SqliteRecordStore(_file);
        var (warm, choice) = (new Conditions("t", CacheState.Warm), SomeRecords.Choice(0.1));
        Assert.Null(store.Choice(warm, "m"));
        store.Note(new NotedChoice(warm, "m", SomeRecords.Choice(0), DateTimeOffset.UnixEpoch));
        store.Note(new NotedChoice(warm, "m", choice, DateTimeOffset.UnixEpoch));

        Assert.Equal(new NotedChoice(warm, "m", choice, DateTimeOffset.UnixEpoch), store.Choice(warm, "m"));
        Assert.Null(store.Choice(warm with { Caches = CacheState.Cold }, "m"));
        Assert.Equal(48, store.Effort(warm, "w"));
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        Run("PRAGMA user_version = 99;");
        var error = Assert.Throws<UserErrorException>(() => new SqliteRecordStore(_file));
        Assert.Equal($"cannot open the tuning records '{_file}': a newer CPrune wrote them (format 99); set XDG_CACHE_HOME to another folder, or remove the file", error.Message);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    private void Run(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
