using System.Runtime.InteropServices;
using CPrune.Compiler.Llvm;
using CPrune.Compiler.Models;
using CPrune.Devices;
using CPrune.Devices.Host;
using CPrune.Devices.Host.Protocol;
using CPrune.Devices.Inputs;
using CPrune.Worker.Timing;

namespace CPrune.Worker.Kernels;

/// <summary>Runs candidates of the task loaded last: load, pack the weights, check the output, time.</summary>
internal sealed class KernelHarness(TimeProvider clock, Lazy<CacheEviction> caches) : IDisposable
{
    private readonly KernelTimer _timer = new(clock, ControlKernel.Run);
    private readonly CopyArena _arena = new();
    private float[][] _inputs = [];
    private float[] _expected = [];

    public Reply Load(Request.LoadTask task, byte[] expected)
    {
        _inputs = [.. task.InputLengths.Select((length, index) => SeededInputs.Fill(new float[length], task.Seed, index))];
        _expected = MemoryMarshal.Cast<byte, float>(expected).ToArray();
        return new Reply.TaskLoaded();
    }

    /// <exception cref="InvalidOperationException">The object cannot be loaded, or does not belong to the task.</exception>
    public Reply Measure(Request.MeasureKernel request, byte[] objectCode)
    {
        if (request.Packing.Length != _inputs.Length)
            throw new InvalidOperationException($"the kernel takes {request.Packing.Length} inputs, the task has {_inputs.Length}");
        using var session = new JitSession();
        var function = session.Load(objectCode, request.Symbol);
        var output = new NativeBuffer(_expected.Length, NativeBuffer.OutputGuard);
        NativeBuffer[] buffers = [.. _inputs.Zip(request.Packing, Argument), output];
        try
        {
            var copies = WeightCopies.Of([.. request.Packing.Select(p => p?.Length ?? 0), 0], request.WeightSpan, _arena.OfLength);
            using var call = new KernelCall(function, buffers, copies);
            // No more threads than turns of the loop take part.
            using var team = new SpinningTeam(Math.Clamp(request.Threads, 1, Math.Max(request.ParallelExtent, 1)));
            var share = call.Shared(request.ParallelExtent, team.Members);
            // An element that is not written must not pass by what an earlier run left there.
            output.Floats.Fill(float.NaN);
            team.Run(share, 1);
            if (!output.GuardIsIntact) return new Reply.Wrong("the kernel wrote behind the end of its output");
            if (OutputCheck.Compare(output.Floats, _expected, request.Tolerance) is { } fault) return new Reply.Wrong(fault);
            return _timer.Measure(
                times => team.Run(share, times), request.Plan, request.GiveUpAbove,
                request.Caches == CacheState.Cold ? () => team.Run((_, _) => caches.Value.Sweep(), 1) : null);
        }
        finally
        {
            foreach (var buffer in buffers) buffer.Dispose();
        }
    }

    public void Dispose() => _arena.Dispose();

    private static NativeBuffer Argument(float[] logical, PackedLayout? layout)
    {
        var buffer = new NativeBuffer(layout?.Length ?? logical.Length, NativeBuffer.InputGuard);
        if (layout is null) logical.CopyTo(buffer.Floats);
        else layout.Pack(logical, buffer.Floats);
        return buffer;
    }
}
