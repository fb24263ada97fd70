using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Devices;

namespace CPrune.Benchmarks;

/// <summary>A device that keeps what it measured, in order; a program that failed took forever.</summary>
internal sealed class LoggingDevice(IDevice device) : IDevice
{
    private readonly List<(Schedule Schedule, double Seconds)> _measured = [];

    public IReadOnlyList<(Schedule Schedule, double Seconds)> Measured => _measured;

    public Target Target => device.Target;

    public CacheState Caches => device.Caches;

    public async Task<IReadOnlyList<Measurement>> MeasureKernelsAsync(
        Computation computation, IReadOnlyList<Schedule> schedules, MeasureOptions options, CancellationToken cancellation)
    {
        var measurements = await device.MeasureKernelsAsync(computation, schedules, options, cancellation);
        _measured.AddRange(schedules.Zip(measurements, (s, m) => (s, m is Measurement.Ok ok ? ok.Latency.Median : double.PositiveInfinity)));
        return measurements;
    }

    public Task<RatioEstimate> CompareModelsAsync(string oldLibrary, string newLibrary, CompareOptions options, CancellationToken cancellation) =>
        device.CompareModelsAsync(oldLibrary, newLibrary, options, cancellation);

    public Task<LatencyEstimate> MeasureModelAsync(string library, CompareOptions options, CancellationToken cancellation) =>
        device.MeasureModelAsync(library, options, cancellation);

    public Task<MachineRoofline> MeasureRooflineAsync(CancellationToken cancellation) => device.MeasureRooflineAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
