using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CPrune.Devices;
using CPrune.Tuning.Variants;

namespace CPrune.Tuning.Records;

/// <param name="Median">Seconds, as the others but <paramref name="Samples"/>.</param>
internal sealed record TimeFields(double? Median, double? Low, double? High, int? Samples);

/// <summary>
/// One line of a record file, field by field: a measured program, with <see cref="Effort"/> a completed tuning, or with <see cref="Choice"/> what was chosen for a
/// whole model. Fields that do not apply are absent.
/// </summary>
internal sealed record RecordLine
{
    public const int CurrentFormat = 1;

    public int? Format { get; init; }

    public string? Target { get; init; }

    public string? Caches { get; init; }

    public string? Workload { get; init; }

    public string? Family { get; init; }

    public int[]? Extents { get; init; }

    public string? Schedule { get; init; }

    public TimeFields? Seconds { get; init; }

    public double? Control { get; init; }

    public string? Failure { get; init; }

    public DateTimeOffset? Measured { get; init; }

    public float[]? Features { get; init; }

    public double? Effort { get; init; }

    public string? Model { get; init; }

    public ModelChoice? Choice { get; init; }

    public static string Write(TuningRecord record) => Write(new RecordLine
    {
        Format = CurrentFormat,
        Target = record.Conditions.TargetKey,
        Caches = RecordRow.Text(record.Conditions.Caches),
        Workload = record.Workload,
        Family = record.Shape.Family,
        Extents = [.. record.Shape.Extents],
        Schedule = record.Schedule,
        Seconds = record.Latency is { } l ? new TimeFields(l.Median, l.Low, l.High, l.Samples) : null,
        Control = record.ControlSeconds,
        Failure = record.Failure,
        Measured = record.MeasuredAt.ToUniversalTime(),
        Features = record.Features.IsDefaultOrEmpty ? null : [.. record.Features],
    });

    public static string Write(WorkloadEffort effort) => Write(new RecordLine
    {
        Format = CurrentFormat,
        Target = effort.Conditions.TargetKey,
        Caches = RecordRow.Text(effort.Conditions.Caches),
        Workload = effort.Workload,
        Effort = effort.Effort,
    });

    public static string Write(NotedChoice noted) => Write(new RecordLine
    {
        Format = CurrentFormat,
        Target = noted.Conditions.TargetKey,
        Caches = RecordRow.Text(noted.Conditions.Caches),
        Model = noted.Model,
        Choice = noted.Choice,
        Measured = noted.MeasuredAt.ToUniversalTime(),
    });

    /// <exception cref="FormatException">The line is no record; the message says why.</exception>
    public static RecordLine Read(string line)
    {
        using var json = Parsed(line);
        if (json.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("it is no JSON object");
        try
        {
            return json.Deserialize(RecordJson.Lines.RecordLine)!;
        }
        catch (JsonException error)
        {
            // The path begins with "$."
            throw new FormatException($"its field '{error.Path?[2..]}' is unknown or of the wrong kind", error);
        }
    }

    /// <exception cref="FormatException">Fields are missing or contradict each other; the message says which.</exception>
    public TuningRecord ToRecord()
    {
        var conditions = Conditions();
        if (Seconds is null == Failure is null) throw new FormatException("it must have either 'seconds' or 'failure'");
        var schedule = Needed(Schedule, "schedule");
        _ = Compiler.Schedules.Schedule.Parse(schedule);
        if (Control is { } control && !IsTime(control)) throw new FormatException($"its 'control' of {control} is no time");
        if (Extents is { } extents && extents.Any(e => e < 1)) throw new FormatException("its 'extents' must be positive");
        return new TuningRecord(
            conditions, Needed(Workload, "workload"), schedule, Seconds is null ? null : Latency(Seconds), Failure, MeasuredAt())
        {
            Shape = new WorkloadShape(Family ?? "", [.. Extents ?? []]),
            ControlSeconds = Control,
            Features = [.. Features ?? []],
        };
    }

    /// <exception cref="FormatException">Fields are missing; the message says which.</exception>
    public WorkloadEffort ToEffort() => Effort is { } effort and > 0 && double.IsFinite(effort)
        ? new WorkloadEffort(Conditions(), Needed(Workload, "workload"), effort)
        : throw new FormatException($"its 'effort' of {Effort} is no number of trials");

    /// <exception cref="FormatException">Fields are missing; the message says which.</exception>
    public NotedChoice ToChoice() => Choice is { Chosen: not null, First: not null, Timed.IsDefault: false } choice
        && choice.Timed.All(t => t.Variant is not null && IsTime(t.Low) && t.Low <= t.Ratio && t.Ratio <= t.High && double.IsFinite(t.High))
            ? new NotedChoice(Conditions(), Needed(Model, "model"), choice, MeasuredAt())
            : throw new FormatException("its 'choice' must have 'chosen', 'first' and 'timed', each of these with 'variant', 'low', 'ratio' and 'high'");

    private static JsonDocument Parsed(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException error)
        {
            throw new FormatException("it is no JSON object", error);
        }
    }

    private static string Write(RecordLine line) => JsonSerializer.Serialize(line, RecordJson.Lines.RecordLine);

    private static LatencyEstimate Latency(TimeFields times)
    {
        if (times is not { Median: { } median, Low: { } low, High: { } high, Samples: { } samples })
            throw new FormatException("its 'seconds' must have 'median', 'low', 'high' and 'samples'");
        return IsTime(low) && low <= median && median <= high && double.IsFinite(high) && samples > 0
            ? new LatencyEstimate(median, low, high, samples)
            : throw new FormatException($"its 'seconds' of {low} ≤ {median} ≤ {high} from {samples} samples are no measurement");
    }

    private Conditions Conditions()
    {
        if (Format is null) throw new FormatException("its field 'format' is missing");
        if (Format != CurrentFormat) throw new FormatException($"it is of format {Format}, this version reads format {CurrentFormat}");
        return new Conditions(Needed(Target, "target"), RecordRow.Caches(Needed(Caches, "caches")));
    }

    private DateTimeOffset MeasuredAt() => Measured ?? throw new FormatException("its field 'measured' is missing");

    private static string Needed(string? value, string field) =>
        !string.IsNullOrWhiteSpace(value) ? value : throw new FormatException($"its field '{field}' is missing");

    private static bool IsTime(double seconds) => seconds > 0 && double.IsFinite(seconds);
}

[JsonSerializable(typeof(RecordLine))]
[JsonSerializable(typeof(ModelChoice))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>As written in a file. The text goes into no web page, so that <c>+</c> and the like stay readable.</summary>
    public static RecordJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
