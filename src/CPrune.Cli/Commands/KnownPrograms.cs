using System.Collections.Immutable;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tasks;
using CPrune.Reporting.Benching;
using CPrune.Tuning.Variants;

namespace CPrune.Cli.Commands;

/// <summary>A task with its fastest known program, if any was measured on the target.</summary>
/// <param name="Seconds">Time of one call; null where the task is untuned.</param>
internal sealed record TaskProgram(TuningTask Task, Schedule? Schedule, double? Seconds);

/// <summary>A row of table C with its fastest known programs.</summary>
/// <param name="Kernels">One per kernel of the layer, in the order in which they run.</param>
internal sealed record LayerPrograms(LayerTask Layer, ImmutableArray<TaskProgram> Kernels)
{
    /// <summary>Of the kernel with the loops over filters.</summary>
    public TaskProgram Main => Kernels.FirstOrDefault(k => k.Task == Layer.Main) ?? Kernels[^1];

    /// <summary>Time of one layer; null where one of its kernels is untuned.</summary>
    public double? Seconds => Kernels.All(k => k.Seconds is not null) ? Kernels.Sum(k => k.Seconds) : null;

    public double? TotalSeconds => Seconds * Layer.Multiplicity;

    /// <summary>A multiply-accumulate of the direct sum counts as two operations, whatever the algorithm does.</summary>
    public double? GigaFlopsPerSecond => Layer.Macs > 0 && Seconds is > 0 ? 2 * Layer.Macs / Seconds / 1e9 : null;
}

/// <summary>How a model is computed: the fastest known way of each layer, with the fastest known program of each task.</summary>
/// <param name="Programs">In the order of the plan.</param>
internal sealed record KnownPrograms(ModelPlan Plan, ImmutableArray<TaskProgram> Programs)
{
    /// <summary>Which variant of the whole model this is; null where none was measured.</summary>
    public ModelChoice? Choice { get; init; }

    /// <summary>The same for people.</summary>
    public BenchChoice? ChoiceText => Choice is null ? null : new(
        $"{Choice.Chosen}", $"{Choice.First}", [.. Choice.Timed.Select(t => new BenchVariant($"{t.Variant}", t.Ratio, t.Low, t.High, t.IsTuned))]);

    /// <summary>Schedules by task key, as the model compiler wants them.</summary>
    public ImmutableDictionary<string, Schedule> Schedules =>
        Programs.Where(p => p.Schedule is not null).ToImmutableDictionary(p => p.Task.Key, p => p.Schedule!);

    /// <summary>By row of table C, most time first.</summary>
    public ImmutableArray<LayerPrograms> Layers
    {
        get
        {
            var byTask = Programs.ToDictionary(p => p.Task.Key, StringComparer.Ordinal);
            return
            [
                .. LayerTask.Of(Plan).Select(l => new LayerPrograms(l, [.. l.Kernels.Select(k => byTask[k.Key])]))
                    .OrderByDescending(l => l.TotalSeconds ?? 0).ThenByDescending(l => l.Layer.Macs * l.Layer.Multiplicity),
            ];
        }
    }
}
