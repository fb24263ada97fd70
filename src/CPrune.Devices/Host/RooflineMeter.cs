using System.Collections.Immutable;
using CPrune.Compiler.Roofline;
using CPrune.Compiler.Targets;
using CPrune.Devices.Host.Protocol;

namespace CPrune.Devices.Host;

/// <summary>Measures a machine's roofline in the worker, with code of our own compiler.</summary>
internal sealed class RooflineMeter(Target target, BuildPool builders, WorkerProcess worker, CpuCaches caches)
{
    /// <summary>Reading this many times the last cache leaves nothing of it from one pass to the next.</summary>
    private const int Beyond = 4;

    private const long LargestBuffer = 1L << 30;

    /// <summary>Rounds of each visit, each a median of its own. The best one counts: what slows a round is not the machine's ability.</summary>
    private const int Rounds = 8;

    /// <summary>To each rate, in turn.</summary>
    private const int Visits = 3;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public async Task<MachineRoofline> MeasureAsync(CancellationToken cancellation)
    {
        var peak = PeakKernel.Of(target);
        // Three quarters of a cache: something of it always belongs to others.
        ImmutableArray<(string Place, RateKernel Kernel)> reads =
        [
            .. caches.Levels.Select((bytes, level) => ($"L{level + 1}", ReadKernel.Of(target, bytes / 4 * 3))),
            ("memory", ReadKernel.Of(target, Math.Min(Beyond * caches.LastLevel, LargestBuffer))),
        ];
        RateKernel[] kernels = [peak, .. reads.Select(r => r.Kernel)];
        var built = await builders.BuildAsync([.. kernels.Select(k => k.IrText)], Limit, cancellation).ConfigureAwait(false);
        var rates = new double[kernels.Length];
        for (var visit = 0; visit < Visits; visit++)
            for (var k = 0; k < kernels.Length; k++)
                rates[k] = Math.Max(rates[k], await RateAsync(kernels[k], built[k], cancellation).ConfigureAwait(false));
        return new MachineRoofline(
            target.Threads, rates[0],
            [.. reads.Zip(rates.Skip(1), (read, rate) => new ReadRate(read.Place, (long)read.Kernel.BufferLength * sizeof(float), rate))],
            caches.LastLevel);
    }

    private async Task<double> RateAsync(RateKernel kernel, BuildResult build, CancellationToken cancellation)
    {
        if (build is not BuildResult.Ok(var code)) throw new InvalidOperationException($"the roofline's kernel {kernel.Symbol} was not built: {build}");
        var request = new Request.MeasureRate(kernel.Symbol, kernel.BufferLength, kernel.Turns, target.Threads, Rounds, TimingPlan.Rate);
        var answer = await worker.AskAsync(request, code, Limit, cancellation).ConfigureAwait(false);
        return answer is WorkerAnswer.Replied { Reply: Reply.Timed timed }
            ? kernel.Work / timed.Latency.Median
            : throw new InvalidOperationException($"the roofline's kernel {kernel.Symbol} was not timed: {answer}");
    }
}
