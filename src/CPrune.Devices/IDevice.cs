using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;

namespace CPrune.Devices;

/// <param name="GiveUpAbove">Seconds above which a candidate is not timed further than its pilot; null to time all.</param>
/// <param name="TimeLimit">Wall time for one candidate's check and timing; beyond it the worker is killed and the candidate is <see cref="FailureKind.TimedOut"/>.</param>
public sealed record MeasureOptions(double? GiveUpAbove, TimeSpan TimeLimit);

/// <param name="RelativeWidth">Stop when the ratio's interval is narrower than this share of the ratio, e.g. 0.01.</param>
/// <param name="TimeLimit">Stop in any case after this time and give the interval as it is.</param>
/// <param name="DecidedAt">Stop as soon as the interval lies wholly on one side of this ratio; null to ignore.</param>
public sealed record CompareOptions(double RelativeWidth, TimeSpan TimeLimit, double? DecidedAt)
{
    /// <summary>
    /// Below <see cref="DecidedAt"/> the interval has to be as narrow as this, too: a comparison that may stop when it first looks good overstates by how much. Null where only the side counts.
    /// </summary>
    public double? WidthBelow { get; init; }
}

/// <summary>How long does it take there? Builds use all cores; timings run alone, in a worker process that may crash or hang without harm.</summary>
public interface IDevice : IAsyncDisposable
{
    Target Target { get; }

    /// <summary>What the caches hold when a timed run begins; the same for all that this device times.</summary>
    CacheState Caches { get; }

    /// <summary>Builds, checks against the reference and times candidates of one task; results in the order of <paramref name="schedules"/>.</summary>
    Task<IReadOnlyList<Measurement>> MeasureKernelsAsync(
        Computation computation, IReadOnlyList<Schedule> schedules, MeasureOptions options, CancellationToken cancellation);

    /// <summary>Times two compiled models (shared libraries) in turn in one process.</summary>
    /// <exception cref="LibraryFailedException">A library crashes, hangs or cannot be loaded.</exception>
    Task<RatioEstimate> CompareModelsAsync(string oldLibrary, string newLibrary, CompareOptions options, CancellationToken cancellation);

    /// <summary>Times one compiled model.</summary>
    /// <exception cref="LibraryFailedException">The library crashes, hangs or cannot be loaded.</exception>
    Task<LatencyEstimate> MeasureModelAsync(string library, CompareOptions options, CancellationToken cancellation);

    /// <summary>Measures what the machine can do at best on the target's threads.</summary>
    /// <exception cref="InvalidOperationException">The machine does not run the target's code.</exception>
    Task<MachineRoofline> MeasureRooflineAsync(CancellationToken cancellation);
}
