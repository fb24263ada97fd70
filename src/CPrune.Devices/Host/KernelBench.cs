using System.Runtime.InteropServices;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Targets;
using CPrune.Devices.Host.Protocol;
using CPrune.Devices.Inputs;

namespace CPrune.Devices.Host;

/// <summary>The one worker that runs candidates of a task: checks each against the reference, then times it.</summary>
internal sealed class KernelBench(Target target, CacheState caches, WorkerProcess worker, ReferenceOutputs references, long weightSpan)
{
    /// <summary>
    /// Largest error allowed, as a share of the largest magnitude of the expected output. The expected sums are taken in double precision;
    /// in float32, in whatever order, those of n products err by about √n·2⁻²⁴ of a typical output, 1e-5 for the 25,088 of VGG's first
    /// dense layer, and a transformed convolution adds a digit.
    /// </summary>
    private const double Tolerance = 1e-4;

    private static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(60);

    private (string Key, int Generation) _loaded;

    public async Task<Measurement> MeasureAsync(
        Computation computation, KernelSource kernel, byte[] objectCode, MeasureOptions options, CancellationToken cancellation)
    {
        await LoadAsync(computation, cancellation).ConfigureAwait(false);
        var request = new Request.MeasureKernel(
            kernel.Symbol, kernel.ParallelExtent, target.Threads, [.. kernel.Packing], Tolerance, options.GiveUpAbove,
            caches == CacheState.Cold ? TimingPlan.ColdKernel : TimingPlan.Kernel, weightSpan, caches);
        return await worker.AskAsync(request, objectCode, options.TimeLimit, cancellation).ConfigureAwait(false) switch
        {
            WorkerAnswer.Replied { Reply: Reply.KernelTimed timed } => new Measurement.Ok(timed.Latency, timed.ControlSeconds),
            WorkerAnswer.Replied { Reply: Reply.Wrong wrong } => new Measurement.Failed(FailureKind.WrongResult, wrong.Reason),
            WorkerAnswer.Replied { Reply: Reply.Failed failed } => new Measurement.Failed(FailureKind.BuildFailed, failed.Reason),
            WorkerAnswer.Crashed crashed => new Measurement.Failed(FailureKind.Crashed, crashed.Reason),
            WorkerAnswer.TimedOut late => new Measurement.Failed(FailureKind.TimedOut, $"took more than {late.Limit.TotalSeconds:0.##} s"),
            var other => throw new InvalidOperationException($"unexpected answer to a measurement: {other}"),
        };
    }

    /// <summary>Tells the worker the task, unless this very process knows it already.</summary>
    private async Task LoadAsync(Computation computation, CancellationToken cancellation)
    {
        if (_loaded == (computation.Key, worker.Generation) && worker.IsRunning) return;
        var expected = references.For(computation);
        var request = new Request.LoadTask(ReferenceOutputs.Seed, [.. computation.Inputs.Select(SeededInputs.Length)]);
        var bytes = MemoryMarshal.AsBytes(expected.AsSpan()).ToArray();
        var answer = await worker.AskAsync(request, bytes, LoadLimit, cancellation).ConfigureAwait(false);
        if (answer is not WorkerAnswer.Replied { Reply: Reply.TaskLoaded })
            throw new InvalidOperationException($"the measuring worker did not take a task: {answer}");
        _loaded = (computation.Key, worker.Generation);
    }
}
