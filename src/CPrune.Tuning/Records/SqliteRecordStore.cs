using CPrune.Graph;
using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Records;

/// <summary>
/// Records in an SQLite file. Write-ahead logging makes every <see cref="Add"/> whole or absent after a kill at any moment, and lets
/// processes share the file.
/// </summary>
public sealed partial class SqliteRecordStore : IRecordStore, IDisposable
{
    private const string Here = "target = $target AND caches = $caches";

    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection;

    /// <summary>Opens a record file, or makes it with its folder.</summary>
    /// <exception cref="UserErrorException">Kind Output: the file cannot be opened, or is something else.</exception>
    public SqliteRecordStore(string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            _connection = RecordSchema.Open(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false });
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                UserErrorKind.Output,
                $"cannot open the tuning records '{path}': {error.Message.TrimEnd('.')}; set XDG_CACHE_HOME to a folder you can write to, or remove the file if it is damaged",
                error);
        }
    }

    private SqliteRecordStore(SqliteConnection connection) => _connection = connection;

    /// <summary>Records that live as long as the store.</summary>
    public static SqliteRecordStore InMemory() =>
        new(RecordSchema.Open(new SqliteConnectionStringBuilder { DataSource = ":memory:", Pooling = false }));

    public IReadOnlyList<TuningRecord> For(Conditions conditions, string workload) =>
        Query(conditions, $"SELECT {RecordRow.Columns} FROM records WHERE {Here} AND workload = $workload ORDER BY id", ("$workload", workload));

    public TuningRecord? Best(Conditions conditions, string workload) =>
        Query(conditions, $"SELECT {RecordRow.Columns} FROM records WHERE {Here} AND workload = $workload AND median IS NOT NULL ORDER BY median, id LIMIT 1",
            ("$workload", workload)).SingleOrDefault();

    public IReadOnlyList<TuningRecord> Similar(Conditions conditions, string workload, WorkloadShape shape, int workloads, int programs)
    {
        var fastest = Query(
            conditions,
            $"SELECT {RecordRow.Columns} FROM (" +
            $"SELECT *, ROW_NUMBER() OVER (PARTITION BY workload ORDER BY median, id) AS rank FROM records " +
            $"WHERE {Here} AND family = $family AND workload <> $workload AND median IS NOT NULL) WHERE rank <= $programs ORDER BY median, id",
            ("$family", shape.Family), ("$workload", workload), ("$programs", programs));
        return
        [
            .. fastest.GroupBy(r => r.Workload).OrderBy(w => shape.DistanceTo(w.First().Shape)).ThenBy(w => w.Key, StringComparer.Ordinal)
                .Take(workloads).SelectMany(w => w),
        ];
    }

    public IReadOnlyList<TuningRecord> Fastest(Conditions conditions, int fewestPrograms) =>
        Query(
            conditions,
            $"SELECT {RecordRow.Columns} FROM (" +
            $"SELECT *, ROW_NUMBER() OVER (PARTITION BY workload ORDER BY median IS NULL, median, id) AS rank, COUNT(*) OVER (PARTITION BY workload) AS programs " +
            $"FROM records WHERE {Here}) WHERE rank = 1 AND median IS NOT NULL AND programs >= $programs ORDER BY workload",
            ("$programs", fewestPrograms));

    public IReadOnlyList<TuningRecord> Latest(Conditions conditions, int count) =>
        Query(conditions, $"SELECT {RecordRow.Columns} FROM records WHERE {Here} AND median IS NOT NULL AND features IS NOT NULL ORDER BY id DESC LIMIT $count",
            ("$count", count));

    public void Add(IEnumerable<TuningRecord> records)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var record in records) Put(record);
            transaction.Commit();
        }
    }

    public double Effort(Conditions conditions, string workload)
    {
        lock (_lock)
        {
            using var command = Command(conditions, $"SELECT effort FROM efforts WHERE {Here} AND workload = $workload", ("$workload", workload));
            return command.ExecuteScalar() is double effort ? effort : 0;
        }
    }

    public void NoteEffort(Conditions conditions, IEnumerable<string> workloads, double effort)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var workload in workloads) RaiseEffort(new WorkloadEffort(conditions, workload, effort));
            transaction.Commit();
        }
    }

    public void Dispose() => _connection.Dispose();

    private void Put(TuningRecord record)
    {
        using var command = Command($"INSERT OR REPLACE INTO records ({RecordRow.Columns}) VALUES ({RecordRow.Parameters})");
        RecordRow.Bind(command, record);
        command.ExecuteNonQuery();
    }

    private void RaiseEffort(WorkloadEffort effort)
    {
        using var command = Command(
            effort.Conditions,
            "INSERT INTO efforts (target, caches, workload, effort) VALUES ($target, $caches, $workload, $effort) " +
            "ON CONFLICT (target, caches, workload) DO UPDATE SET effort = MAX(effort, excluded.effort)",
            ("$workload", effort.Workload), ("$effort", effort.Effort));
        command.ExecuteNonQuery();
    }

    private List<TuningRecord> Query(Conditions conditions, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (_lock)
        {
            using var command = Command(conditions, sql, parameters);
            return Rows(command, RecordRow.Read);
        }
    }

    private SqliteCommand Command(Conditions conditions, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = Command(sql);
        command.Parameters.AddWithValue("$target", conditions.TargetKey);
        command.Parameters.AddWithValue("$caches", RecordRow.Text(conditions.Caches));
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }

    /// <summary>A command in the transaction that is open, if one is.</summary>
    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static List<T> Rows<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }
}
