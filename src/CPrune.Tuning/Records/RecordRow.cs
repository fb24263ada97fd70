using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using CPrune.Devices;
using Microsoft.Data.Sqlite;

namespace CPrune.Tuning.Records;

/// <summary>A record as a row of the table.</summary>
internal static class RecordRow
{
    public const string Columns =
        "target, caches, workload, family, extents, schedule, median, low, high, samples, control, failure, features, measured_at";

    public const string Parameters =
        "$target, $caches, $workload, $family, $extents, $schedule, $median, $low, $high, $samples, $control, $failure, $features, $measured_at";

    public static string Text(CacheState caches) => caches switch
    {
        CacheState.Warm => "warm",
        CacheState.Streamed => "streamed",
        CacheState.Cold => "cold",
        _ => throw new ArgumentOutOfRangeException(nameof(caches), caches, "unknown state of the caches"),
    };

    public static CacheState Caches(string text) => text switch
    {
        "warm" => CacheState.Warm,
        "streamed" => CacheState.Streamed,
        "cold" => CacheState.Cold,
        _ => throw new FormatException($"'{text}' is neither warm nor streamed nor cold"),
    };

    /// <summary>In UTC, so that texts sort as times do.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static void Bind(SqliteCommand command, TuningRecord record)
    {
        Set("$target", record.Conditions.TargetKey);
        Set("$caches", Text(record.Conditions.Caches));
        Set("$workload", record.Workload);
        Set("$family", record.Shape.Family);
        Set("$extents", record.Shape.ExtentsText);
        Set("$schedule", record.Schedule);
        Set("$median", record.Latency?.Median);
        Set("$low", record.Latency?.Low);
        Set("$high", record.Latency?.High);
        Set("$samples", record.Latency?.Samples);
        Set("$control", record.ControlSeconds);
        Set("$failure", record.Failure);
        Set("$features", record.Features.IsDefaultOrEmpty ? null : MemoryMarshal.AsBytes(record.Features.AsSpan()).ToArray());
        Set("$measured_at", Text(record.MeasuredAt));

        void Set(string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);
    }

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    public static TuningRecord Read(SqliteDataReader row) => new(
        new Conditions(row.GetString(0), Caches(row.GetString(1))), row.GetString(2), row.GetString(5),
        row.IsDBNull(6) ? null : new LatencyEstimate(row.GetDouble(6), row.GetDouble(7), row.GetDouble(8), row.GetInt32(9)),
        row.IsDBNull(11) ? null : row.GetString(11),
        Time(row.GetString(13)))
    {
        Shape = new WorkloadShape(row.GetString(3), WorkloadShape.ParseExtents(row.GetString(4))),
        ControlSeconds = row.IsDBNull(10) ? null : row.GetDouble(10),
        Features = row.IsDBNull(12) ? [] : ImmutableArray.Create(MemoryMarshal.Cast<byte, float>(row.GetFieldValue<byte[]>(12))),
    };
}
