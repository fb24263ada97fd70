using CPrune.Compiler.Schedules;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Records;
using CPrune.Tuning.Space;

namespace CPrune.Tuning.Search;

/// <summary>Programs of a task that one timing cannot tell from the fastest.</summary>
internal static class PlayOff
{
    private const int MostRivals = 3;
    private const double Margin = 1.05;

    /// <summary>The fastest and those within the margin of it; one alone needs no play-off.</summary>
    public static IReadOnlyList<Candidate> Rivals(TaskState task)
    {
        var sketch = new Sketch(task.Computation, task.Target);
        return [.. task.Fastest(MostRivals).Where(r => r.Latency!.Median <= task.BestSeconds * Margin).Select(r => Candidate(sketch, r))];
    }

    private static Candidate Candidate(Sketch sketch, TuningRecord record) =>
        sketch.Apply(Schedule.Parse(record.Schedule)) is { } nest
            ? new Candidate(nest, ProgramFeatures.Of(nest, sketch.Target))
            : throw new InvalidOperationException($"a measured program is refused now: {record.Schedule}");
}
