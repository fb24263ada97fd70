using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Devices.Host.Protocol;

namespace CPrune.Devices.Host;

/// <summary>
/// This machine. Builds run in a pool of worker processes on all cores; after them, with nothing else running, one worker process checks
/// and times the candidates one by one. Calls from several threads wait for each other.
/// </summary>
public sealed class HostDevice : IDevice
{
    /// <summary>What a model comparison may take beyond its own limit: loading two libraries and the first runs.</summary>
    private static readonly TimeSpan LoadAllowance = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _alone = new(1, 1);
    private readonly BuildPool _builders;
    private readonly WorkerProcess _worker;
    private readonly KernelBench _bench;
    private readonly RooflineMeter _roofline;

    /// <param name="target">What candidates are compiled for; this machine must be able to run it.</param>
    /// <param name="buildWorkers">Processes that build; 0 for one a core.</param>
    /// <param name="caches">What programs find in the caches when they are timed.</param>
    public HostDevice(Target target, TimeProvider time, int buildWorkers = 0, CacheState caches = CacheState.Warm)
    {
        var sizes = CpuCaches.OfMachine();
        Target = target;
        Caches = caches;
        _builders = new BuildPool(target, buildWorkers > 0 ? buildWorkers : Environment.ProcessorCount, time);
        _worker = new WorkerProcess(time);
        _bench = new KernelBench(target, caches, _worker, new ReferenceOutputs(), sizes.WeightSpan(caches));
        _roofline = new RooflineMeter(target, _builders, _worker, sizes);
    }

    public Target Target { get; }

    public CacheState Caches { get; }

    /// <summary>The state in which this machine runs a model of so many bytes of weights, inference after inference.</summary>
    public static CacheState StateFor(long modelWeightBytes) => CpuCaches.OfMachine().StateOf(modelWeightBytes);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Measurement>> MeasureKernelsAsync(
        Computation computation, IReadOnlyList<Schedule> schedules, MeasureOptions options, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        var lowered = schedules.AsParallel().AsOrdered().Select(schedule => KernelCompiler.Lower(computation, schedule, Target)).ToArray();
        var sources = lowered.OfType<KernelResult.Ok>().Select(ok => ok.Kernel).ToArray();
        return await MeasureAsync(computation, lowered, sources, options, cancellation).ConfigureAwait(false);
    }

    /// <summary>Measures kernels that were made elsewhere; the seam through which faults are injected.</summary>
    internal async Task<IReadOnlyList<Measurement>> MeasureSourcesAsync(
        Computation computation, IReadOnlyList<KernelSource> sources, MeasureOptions options, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        KernelResult[] lowered = [.. sources.Select(source => new KernelResult.Ok(source))];
        return await MeasureAsync(computation, lowered, sources, options, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<RatioEstimate> CompareModelsAsync(
        string oldLibrary, string newLibrary, CompareOptions options, CancellationToken cancellation)
    {
        var request = new Request.CompareModels(Path.GetFullPath(oldLibrary), Path.GetFullPath(newLibrary), options, Caches);
        return await AskModelAsync(request, options, $"comparing {oldLibrary} with {newLibrary}", cancellation).ConfigureAwait(false) is Reply.Compared compared
            ? compared.Ratio
            : throw new InvalidOperationException("the worker answered a comparison with something else");
    }

    /// <inheritdoc/>
    public async Task<LatencyEstimate> MeasureModelAsync(string library, CompareOptions options, CancellationToken cancellation)
    {
        var request = new Request.MeasureModel(Path.GetFullPath(library), options, Caches);
        return await AskModelAsync(request, options, $"timing {library}", cancellation).ConfigureAwait(false) is Reply.Timed timed
            ? timed.Latency
            : throw new InvalidOperationException("the worker answered a timing with something else");
    }

    /// <inheritdoc/>
    public async Task<MachineRoofline> MeasureRooflineAsync(CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        return await _roofline.MeasureAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _builders.Dispose();
        _worker.Dispose();
        _alone.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<IReadOnlyList<Measurement>> MeasureAsync(
        Computation computation, KernelResult[] lowered, IReadOnlyList<KernelSource> sources, MeasureOptions options, CancellationToken cancellation)
    {
        var built = await _builders.BuildAsync([.. sources.Select(s => s.IrText)], options.TimeLimit, cancellation).ConfigureAwait(false);
        var results = new List<Measurement>(lowered.Length);
        var next = 0;
        foreach (var candidate in lowered)
        {
            results.Add(candidate switch
            {
                KernelResult.Refused refused => new Measurement.Failed(FailureKind.Refused, refused.Reason),
                KernelResult.Ok ok => built[next++] switch
                {
                    BuildResult.Ok(var code) => await _bench.MeasureAsync(computation, ok.Kernel, code, options, cancellation).ConfigureAwait(false),
                    BuildResult.Failed(var failure) => failure,
                    var other => throw new InvalidOperationException($"unknown build result {other}"),
                },
                _ => throw new InvalidOperationException($"unknown lowering result {candidate}"),
            });
        }

        return results;
    }

    private async Task<Reply> AskModelAsync(Request request, CompareOptions options, string what, CancellationToken cancellation)
    {
        using var turn = await TurnAsync(cancellation).ConfigureAwait(false);
        var limit = options.TimeLimit + LoadAllowance;
        return await _worker.AskAsync(request, ReadOnlyMemory<byte>.Empty, limit, cancellation).ConfigureAwait(false) switch
        {
            WorkerAnswer.Replied { Reply: Reply.Failed failed } => throw new LibraryFailedException($"{what}: {failed.Reason}"),
            WorkerAnswer.Replied(var reply, _) => reply,
            WorkerAnswer.Crashed crashed => throw new LibraryFailedException($"{what}: the worker was {crashed.Reason}"),
            WorkerAnswer.TimedOut => throw new LibraryFailedException($"{what}: no answer within {limit.TotalSeconds:0} s"),
            var other => throw new InvalidOperationException($"{what}: unexpected answer {other}"),
        };
    }

    private async Task<Turn> TurnAsync(CancellationToken cancellation)
    {
        await _alone.WaitAsync(cancellation).ConfigureAwait(false);
        return new Turn(_alone);
    }

    private readonly struct Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
