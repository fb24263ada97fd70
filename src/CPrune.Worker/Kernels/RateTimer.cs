using CPrune.Compiler.Llvm;
using CPrune.Devices.Host.Protocol;
using CPrune.Devices.Inputs;
using CPrune.Worker.Timing;

namespace CPrune.Worker.Kernels;

/// <summary>Times a kernel that only reads, on data of its own: memory from the system's allocator, as a model's workspace is.</summary>
internal sealed class RateTimer(TimeProvider clock)
{
    private const int Seed = 1;

    private readonly Sampler _sampler = new(clock);

    /// <exception cref="InvalidOperationException">The object cannot be loaded.</exception>
    public Reply Measure(Request.MeasureRate request, byte[] objectCode)
    {
        using var session = new JitSession();
        var function = session.Load(objectCode, request.Symbol);
        using var buffer = new NativeBuffer(request.BufferLength, NativeBuffer.InputGuard);
        // Memory that was never written is one and the same page of zeros.
        SeededInputs.Fill(buffer.Floats, Seed, bufferIndex: 0);
        using var call = new KernelCall(function, [buffer]);
        using var team = new SpinningTeam(request.Threads);
        var share = call.Shared(request.Turns, team.Members);
        return new Reply.Timed(Enumerable.Range(0, request.Rounds)
            .Select(_ => _sampler.Measure(times => team.Run(share, times), request.Plan, giveUpAbove: null))
            .MinBy(latency => latency.Median)!);
    }
}
