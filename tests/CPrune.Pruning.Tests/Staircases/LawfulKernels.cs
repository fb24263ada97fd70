using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Staircases;
using CPrune.Pruning.Tests.Runs;
using CompareOptions = CPrune.Devices.CompareOptions;

namespace CPrune.Pruning.Tests.Staircases;

/// <summary>Kernels that take a nanosecond a point, and a microsecond a call, or a multiple of that.</summary>
internal sealed class LawfulKernels(double factor = 1) : IKernelTimes
{
    public HashSet<string> Asked { get; } = new(StringComparer.Ordinal);

    public static double Seconds(Computation computation) => 1e-6 + 1e-9 * computation.Axes.Aggregate(1.0, (n, a) => n * a.Extent);

    public static double Seconds(ModelPlan plan) => plan.Tasks.Sum(t => t.Multiplicity * Seconds(t.Computation));

    public Task<KernelTimes> OfAsync(IReadOnlyList<TuningTask> tasks, CancellationToken cancellation)
    {
        Asked.UnionWith(tasks.Select(t => t.Key));
        return Task.FromResult(new KernelTimes(tasks.DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => factor * Seconds(t.Computation), StringComparer.Ordinal), 0));
    }

    /// <summary>A model as if it had been tuned, with the programs that tuning begins with.</summary>
    /// <param name="programs">Of some layers, another one.</param>
    public static TunedModel Model(ModelGraph graph, params (string Layer, string Schedule)[] programs)
    {
        var plan = ModelPlan.Of(graph);
        var rows = plan.Tasks.Select(t =>
        {
            var seconds = Seconds(t.Computation);
            var schedule = programs.FirstOrDefault(p => p.Layer == t.Subgraphs[0].Anchor).Schedule ?? DefaultSchedule.For(t.Computation, FakeDevice.Avx2).ToString();
            return new ProgramRow(
                t.Key, t.Label, t.Multiplicity, t.Subgraphs[0].Macs, schedule,
                new LatencyEstimate(seconds, seconds, seconds, 9));
        });
        return new TunedModel(graph, plan, [.. rows], FakeDevice.Avx2, "none");
    }
}

/// <summary>A device on which programs take as long as <see cref="LawfulKernels"/> says.</summary>
/// <param name="runs">Which computations have programs that run; null for all.</param>
internal sealed class LawfulDevice(Func<Computation, bool>? runs = null) : IDevice
{
    public Target Target => FakeDevice.Avx2;

    public CacheState Caches => CacheState.Warm;

    public int Measured { get; private set; }

    public Task<IReadOnlyList<Measurement>> MeasureKernelsAsync(
        Computation computation, IReadOnlyList<Schedule> schedules, MeasureOptions options, CancellationToken cancellation)
    {
        Measured += schedules.Count;
        if (runs?.Invoke(computation) == false)
            return Task.FromResult<IReadOnlyList<Measurement>>([.. schedules.Select(_ => new Measurement.Failed(FailureKind.Crashed, "it crashed"))]);
        var seconds = LawfulKernels.Seconds(computation);
        return Task.FromResult<IReadOnlyList<Measurement>>([.. schedules.Select(_ => new Measurement.Ok(new LatencyEstimate(seconds, seconds, seconds, 9), 1e-4))]);
    }

    public Task<RatioEstimate> CompareModelsAsync(string oldLibrary, string newLibrary, CompareOptions options, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<LatencyEstimate> MeasureModelAsync(string library, CompareOptions options, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<MachineRoofline> MeasureRooflineAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
