using CPrune.Compiler.Expressions;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;

namespace CPrune.Tuning.Tests.Variants;

/// <summary>A library is the text of its variant, and whether any of its programs was tuned.</summary>
internal sealed class VariantCompiler(bool hasChains = true) : IModelCompiler
{
    public CompiledModelInfo Compile(ModelPlan plan, IReadOnlyDictionary<string, Schedule> schedules, string libraryPath, string? headerPath)
    {
        var variant = plan.Choices.Variant;
        File.WriteAllText(libraryPath, $"{variant}{(schedules.Count == 0 ? ", untuned" : "")}");
        return new CompiledModelInfo(0, 0, plan.Tasks.Length) { Calls = variant.InChains && hasChains ? [[0, 1]] : [[0], [1]] };
    }
}

/// <summary>A device on which models take what they are said to take.</summary>
/// <param name="seconds">By the text of the library.</param>
internal sealed class VariantDevice(Func<string, double> seconds) : IDevice
{
    /// <summary>What was compared, old with new.</summary>
    public List<(string Old, string New)> Compared { get; } = [];

    public Target Target { get; } = Targets.Wide();

    public CacheState Caches => CacheState.Warm;

    public Task<RatioEstimate> CompareModelsAsync(string oldLibrary, string newLibrary, CompareOptions options, CancellationToken cancellation)
    {
        var (old, other) = (File.ReadAllText(oldLibrary), File.ReadAllText(newLibrary));
        Compared.Add((old, other));
        var (before, after) = (seconds(old), seconds(other));
        var ratio = after / before;
        return Task.FromResult(new RatioEstimate(ratio, ratio - 0.01, ratio + 0.01, Exactly(before), Exactly(after), 9));

        static LatencyEstimate Exactly(double seconds) => new(seconds, seconds, seconds, 9);
    }

    public Task<IReadOnlyList<Measurement>> MeasureKernelsAsync(
        Computation computation, IReadOnlyList<Schedule> schedules, MeasureOptions options, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<LatencyEstimate> MeasureModelAsync(string library, CompareOptions options, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<MachineRoofline> MeasureRooflineAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Finds the default schedules to be the fastest, all in the same time: convolutions are then computed directly.</summary>
internal sealed class VariantTuner : ITuner
{
    public List<TuningOptions> Calls { get; } = [];

    /// <summary>Programs measured in a call.</summary>
    public int Trials { get; set; } = 10;

    public Task<TuningResult> TuneAsync(
        IReadOnlyList<TuningTask> tasks, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation)
    {
        Calls.Add(options);
        var second = TimeSpan.FromSeconds(1);
        return Task.FromResult(new TuningResult(
            [.. tasks.Select(t => new TunedTask(t, DefaultSchedule.For(t.Computation, Targets.Wide()), new LatencyEstimate(1, 1, 1, 5), 3))], Trials, second));
    }
}
