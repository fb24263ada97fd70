using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Runs;

/// <summary>A candidate's latency against the accepted model's, and what the gate says of it.</summary>
/// <param name="Refused">Null where it passes.</param>
/// <param name="Reason">The gate's answer in words, or what failed.</param>
/// <param name="Ratio">New over old, null where that failed; <paramref name="Low"/> and <paramref name="High"/> are its interval where it was timed.</param>
/// <param name="Seconds">Of the candidate.</param>
/// <param name="Trials">Programs measured.</param>
internal sealed record CandidateLatency(TunedModel Model, Verdict? Refused, string Reason, double? Ratio, double? Low, double? High, double? Seconds, int Trials)
{
    /// <summary>Tunes what the cut changed and times both models in turn.</summary>
    public static async Task<CandidateLatency> MeasureAsync(RunSession session, ModelGraph pruned, TunedModel accepted, CancellationToken cancellation)
    {
        var (candidate, trials) = await session.Clock.TimeAsync(PhaseClock.Tuning, () => session.Latency.RetuneAsync(
            pruned, accepted, session.Request.Tuning.TrialsPerChangedTask, cancellation)).ConfigureAwait(false);
        var gate = new LatencyGate(session.Request.Limits.Beta);
        try
        {
            var ratio = await session.Clock.TimeAsync(
                PhaseClock.Measuring, () => session.Latency.CompareAsync(accepted, candidate, gate, cancellation)).ConfigureAwait(false);
            return new CandidateLatency(candidate, WhereNot(gate.Passes(ratio)), gate.Explain(ratio), ratio.Ratio, ratio.Low, ratio.High, ratio.New.Median, trials);
        }
        catch (LibraryFailedException e)
        {
            // What was measured for it was measured all the same.
            return new CandidateLatency(candidate, Verdict.Failed, e.Message, null, null, null, null, trials);
        }
    }

    /// <summary>Neither tunes nor times; latencies of the candidates that follow are chained from the accepted model's.</summary>
    public static async Task<CandidateLatency> ForeseeAsync(
        RunSession session, ModelGraph pruned, TunedModel accepted, IKernelTimes times, CancellationToken cancellation)
    {
        var (candidate, ratio) = await session.Clock.TimeAsync(
            PhaseClock.Tuning, () => session.Latency.ForeseeAsync(pruned, accepted, times, cancellation)).ConfigureAwait(false);
        var beta = session.Request.Limits.Beta;
        var reason = ratio <= beta ? $"latency foreseen at {ratio:P1} of the accepted model's" : $"latency foreseen at {ratio:P1} of the accepted model's is above the gate of {beta:P1}";
        return new CandidateLatency(candidate, WhereNot(ratio <= beta), reason, ratio, null, null, ratio * session.State.Accepted[^1].LatencySeconds, 0);
    }

    private static Verdict? WhereNot(bool passes) => passes ? null : Verdict.TooSlow;
}
