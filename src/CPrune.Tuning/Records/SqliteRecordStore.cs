using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using CPrune.Devices;
using CPrune.Graph;
using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Records;

/// <summary>
/// Records in an SQLite file. Write-ahead logging makes every <see cref="Add"/> whole or absent after a kill at any moment, and lets
/// processes share the file.
/// </summary>
public sealed class SqliteRecordStore : IRecordStore, IDisposable
{
    private const string Columns = "target, workload, family, extents, schedule, median, low, high, samples, failure, features, measured_at";

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
                UserErrorKind.Output, $"the tuning records {path} cannot be opened ({error.Message}): name another file, or remove this one", error);
        }
    }

    private SqliteRecordStore(SqliteConnection connection) => _connection = connection;

    /// <summary>Records that live as long as the store.</summary>
    public static SqliteRecordStore InMemory() =>
        new(RecordSchema.Open(new SqliteConnectionStringBuilder { DataSource = ":memory:", Pooling = false }));

    public IReadOnlyList<TuningRecord> For(string targetKey, string workload) =>
        Query($"SELECT {Columns} FROM records WHERE target = $target AND workload = $workload ORDER BY id",
            ("$target", targetKey), ("$workload", workload));

    public TuningRecord? Best(string targetKey, string workload) =>
        Query($"SELECT {Columns} FROM records WHERE target = $target AND workload = $workload AND median IS NOT NULL ORDER BY median, id LIMIT 1",
            ("$target", targetKey), ("$workload", workload)).SingleOrDefault();

    public IReadOnlyList<TuningRecord> Similar(string targetKey, string workload, WorkloadShape shape, int count)
    {
        // A bare column beside MIN() comes from the row that holds the minimum (sqlite.org/lang_select.html, "Bare columns in an aggregate query").
        var best = Query(
            $"SELECT {Columns.Replace("median", "MIN(median)", StringComparison.Ordinal)} FROM records " +
            "WHERE target = $target AND family = $family AND workload <> $workload AND median IS NOT NULL GROUP BY workload",
            ("$target", targetKey), ("$family", shape.Family), ("$workload", workload));
        return [.. best.OrderBy(r => shape.DistanceTo(r.Shape)).ThenBy(r => r.Workload, StringComparer.Ordinal).Take(count)];
    }

    public IReadOnlyList<TuningRecord> Latest(string targetKey, int count) =>
        Query($"SELECT {Columns} FROM records WHERE target = $target AND median IS NOT NULL AND features IS NOT NULL ORDER BY id DESC LIMIT $count",
            ("$target", targetKey), ("$count", count));

    public void Add(IEnumerable<TuningRecord> records)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction();
            using var command = _connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText =
                $"INSERT OR REPLACE INTO records ({Columns}) VALUES " +
                "($target, $workload, $family, $extents, $schedule, $median, $low, $high, $samples, $failure, $features, $measured_at)";
            foreach (var record in records)
            {
                command.Parameters.Clear();
                Bind(command, record);
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    public double Effort(string targetKey, string workload)
    {
        lock (_lock)
        {
            using var command = Command("SELECT effort FROM efforts WHERE target = $target AND workload = $workload",
                ("$target", targetKey), ("$workload", workload));
            return command.ExecuteScalar() is double effort ? effort : 0;
        }
    }

    public void NoteEffort(string targetKey, IEnumerable<string> workloads, double effort)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction();
            foreach (var workload in workloads)
            {
                using var command = Command(
                    "INSERT INTO efforts (target, workload, effort) VALUES ($target, $workload, $effort) " +
                    "ON CONFLICT (target, workload) DO UPDATE SET effort = MAX(effort, excluded.effort)",
                    ("$target", targetKey), ("$workload", workload), ("$effort", effort));
                command.Transaction = transaction;
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }

    public void Dispose() => _connection.Dispose();

    private static void Bind(SqliteCommand command, TuningRecord record)
    {
        Set("$target", record.TargetKey);
        Set("$workload", record.Workload);
        Set("$family", record.Shape.Family);
        Set("$extents", record.Shape.ExtentsText);
        Set("$schedule", record.Schedule);
        Set("$median", record.Latency?.Median);
        Set("$low", record.Latency?.Low);
        Set("$high", record.Latency?.High);
        Set("$samples", record.Latency?.Samples);
        Set("$failure", record.Failure);
        Set("$features", record.Features.IsDefaultOrEmpty ? null : MemoryMarshal.AsBytes(record.Features.AsSpan()).ToArray());
        Set("$measured_at", record.MeasuredAt.ToString("O", CultureInfo.InvariantCulture));

        void Set(string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);
    }

    private List<TuningRecord> Query(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        lock (_lock)
        {
            using var command = Command(sql, parameters);
            using var reader = command.ExecuteReader();
            var records = new List<TuningRecord>();
            while (reader.Read()) records.Add(Read(reader));
            return records;
        }
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static TuningRecord Read(SqliteDataReader row)
    {
        var latency = row.IsDBNull(5) ? null : new LatencyEstimate(row.GetDouble(5), row.GetDouble(6), row.GetDouble(7), row.GetInt32(8));
        return new TuningRecord(
            row.GetString(0), row.GetString(1), row.GetString(4), latency, row.IsDBNull(9) ? null : row.GetString(9),
            DateTimeOffset.Parse(row.GetString(11), CultureInfo.InvariantCulture))
        {
            Shape = new WorkloadShape(row.GetString(2), WorkloadShape.ParseExtents(row.GetString(3))),
            Features = row.IsDBNull(10) ? [] : ImmutableArray.Create(MemoryMarshal.Cast<byte, float>(row.GetFieldValue<byte[]>(10))),
        };
    }
}
