using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Devices.Host.Protocol;
using CPrune.Worker.Timing;

namespace CPrune.Worker.Models;

/// <summary>Times compiled models, on seeded input and as many threads as they were tuned for.</summary>
internal sealed class ModelTimer(TimeProvider clock, Lazy<CacheEviction> caches)
{
    private const int PlacementSeed = 1;

    private readonly Random _random = new(PlacementSeed);

    /// <exception cref="InvalidOperationException">A library cannot be loaded.</exception>
    public Reply Compare(Request.CompareModels request) => new Reply.Compared(Sampler(request.Caches).Compare(
        () => new ModelPlacement([request.OldLibrary, request.NewLibrary], _random), request.Options));

    /// <exception cref="InvalidOperationException">The library cannot be loaded.</exception>
    public Reply Measure(Request.MeasureModel request) => new Reply.Timed(Sampler(request.Caches).Measure(
        () => new ModelPlacement([request.SharedObject], _random), request.Options));

    private PlacedSampler Sampler(CacheState state) =>
        new(clock, state == CacheState.Cold ? () => caches.Value.Sweep(Environment.ProcessorCount) : null);
}
