using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Devices;
using CPrune.Tuning.CostModel;

namespace CPrune.Tuning.Tests.Tuners;

/// <summary>
/// A device that times programs by a formula: a best register tile that counting does not know of, a liking for one loop order, a little noise
/// that depends on the program alone.
/// </summary>
internal sealed class FakeDevice(Target target, int seed = 0) : IDevice
{
    private readonly List<(string Workload, string Schedule)> _measured = [];

    public const double UsualControlSeconds = 1e-4;

    public Target Target => target;

    public CacheState Caches => CacheState.Warm;

    public IReadOnlyList<(string Workload, string Schedule)> Measured => _measured;

    /// <summary>Asked before each measurement; a failure stands for the program's time.</summary>
    public Func<Schedule, Measurement.Failed?> Fault { get; init; } = _ => null;

    /// <summary>How many times slower than usual the machine is at the n-th measurement.</summary>
    public Func<int, double> Slowness { get; init; } = _ => 1;

    /// <summary>Whether points that are computed and not wanted, in tails, take their time.</summary>
    public bool CountsWaste { get; init; }

    /// <summary>Called after each batch.</summary>
    public Action AfterBatch { get; init; } = () => { };

    public Task<IReadOnlyList<Measurement>> MeasureKernelsAsync(
        Computation computation, IReadOnlyList<Schedule> schedules, MeasureOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var results = schedules.Select(s => Measure(computation, s)).ToList();
        AfterBatch();
        return Task.FromResult<IReadOnlyList<Measurement>>(results);
    }

    public double Seconds(Computation computation, Schedule schedule)
    {
        var nest = ((ScheduleResult.Ok)ScheduledNest.Apply(computation, schedule, target)).Nest;
        var work = computation.Axes.Aggregate(1.0, (n, a) => n * a.Extent) * 1e-9;
        var registers = nest.Loops.Where(l => l.Role == LoopRole.Register).ToList();
        double Tile(string axis) => registers.Where(l => l.Axis == axis).Aggregate(1.0, (n, l) => n * l.Extent);
        var tile = Math.Abs(Math.Log2(Tile("ow") / 7)) + Math.Abs(Math.Log2(Tile("oh") / 2)) + Math.Abs(Math.Log2(Tile("oc") / 2));
        var order = nest.Loops[0].Axis == "oh" ? 1 : 1.3;
        var inner = nest.Loops.Last(l => l.Role is LoopRole.Serial or LoopRole.Unrolled) is { Axis: "ic", Role: LoopRole.Unrolled, Extent: 4 } ? 1 : 1.25;
        var noise = 1 + 0.01 * (StableNoise($"{seed}{schedule}") - 0.5);
        if (CountsWaste) work *= new NestFacts(nest, target).TailWaste;
        return work * (1 + 0.35 * tile) * order * inner * (16.0 / nest.Lanes) * noise;
    }

    public Task<RatioEstimate> CompareModelsAsync(string oldLibrary, string newLibrary, CompareOptions options, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public Task<LatencyEstimate> MeasureModelAsync(string library, CompareOptions options, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<MachineRoofline> MeasureRooflineAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Measurement Measure(Computation computation, Schedule schedule)
    {
        _measured.Add((computation.Key, schedule.ToString()));
        if (Fault(schedule) is { } failure) return failure;
        var slowness = Slowness(_measured.Count);
        var seconds = Seconds(computation, schedule) * slowness;
        return new Measurement.Ok(new LatencyEstimate(seconds, seconds * 0.99, seconds * 1.01, 20), UsualControlSeconds * slowness);
    }

    private static double StableNoise(string text) => text.Aggregate(17u, (h, c) => unchecked(h * 31 + c)) / (double)uint.MaxValue;
}
