using System.Text.Json;
using System.Text.Json.Nodes;
using CPrune.Graph;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting.Results;

/// <summary>
/// A run's result for programs: <c>result.json</c>, and the last line of <c>--json</c>. Times are in seconds, accuracies are shares of 1. A change that
/// breaks a reader has a new <see cref="Format"/>.
/// </summary>
public static class ResultDocument
{
    public const string FileName = "result.json";

    public const int Format = 1;

    /// <summary>Writes the file whole or not at all.</summary>
    /// <exception cref="UserErrorException">Kind Output: the file cannot be written.</exception>
    public static void Write(RunRecord record, string path) =>
        AtomicFile.Write(path, (byte[])[.. JsonSerializer.SerializeToUtf8Bytes(Of(record), ResultJson.File), (byte)'\n']);

    /// <summary>Names the record's figures.</summary>
    public static JsonObject Of(RunRecord record)
    {
        var header = record.Header;
        return JsonSerializer.SerializeToNode(
            new
            {
                Format,
                Model = new { Name = header.ModelName, Fingerprint = header.ModelFingerprint },
                Data = header.DataSpec,
                Target = header.TargetName,
                record.Policy,
                header.Seed,
                Goal = record.Goal is { } goal ? GoalOf(goal) : null,
                LimitSeconds = record.TimeLimit?.TotalSeconds,
                header.StartedAt,
                header.Options,
                record.Settings,
                header.Environment,
                record.ElapsedSeconds,
                record.Phases,
                record.IsOriginal,
                Speedup = Speeds.OfResult(record),
                record.Before,
                record.After,
                record.Promise,
                record.Candidates,
                record.TasksBefore,
                record.TasksAfter,
                record.Channels,
                record.DeadFilters,
                record.DeadFilterOutcome,
                record.TrainedImages,
                record.Trials,
                record.Trace,
                record.MissingFromTrace,
                record.EndReason,
            },
            ResultJson.Line)!.AsObject();
    }

    /// <summary>The goal in words, and the one number that it has.</summary>
    public static object GoalOf(Goal goal) => new
    {
        Text = GoalText.Of(goal),
        Kind = goal switch { Goal.Latency => "latency", Goal.Trace => "trace", _ => "accuracy" },
        LatencySeconds = (goal as Goal.Latency)?.BudgetSeconds,
        MinTop1 = (goal.Floor as AccuracyFloor.AtLeast)?.Top1,
        MaxLoss = (goal.Floor as AccuracyFloor.LosingAtMost)?.Loss,
    };
}
