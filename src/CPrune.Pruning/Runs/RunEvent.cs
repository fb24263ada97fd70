using System.Collections.Immutable;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Runs;

/// <summary>What a run tells while it works.</summary>
public abstract record RunEvent
{
    private RunEvent()
    {
    }

    /// <summary>An earlier process's work was found and is gone on with.</summary>
    public sealed record Resumed(int Steps, TimeSpan Elapsed) : RunEvent;

    /// <param name="Limit">As the command's option.</param>
    /// <param name="GoesOn">Something had followed from the old limit and is done again.</param>
    public sealed record TimeLimitChanged(string Limit, bool GoesOn) : RunEvent;

    /// <summary>A sentence for the person.</summary>
    public sealed record Said(string Text) : RunEvent;

    /// <param name="Fraction">Of the run that is done, from 0 to 1.</param>
    /// <param name="Left">Time that is left; null if that is not known.</param>
    /// <param name="Phase">A name of <see cref="Durable.PhaseClock"/>.</param>
    /// <param name="ImagesPerSecond">Speed of training as measured last; null before anything was trained.</param>
    public sealed record Advanced(
        double Fraction, TimeSpan? Left, string Phase, string Detail, double? ImagesPerSecond = null) : RunEvent;

    public sealed record OriginalRead(double TestTop1, double UnseenTop1, double SelectionTop1) : RunEvent;

    public sealed record OriginalMeasured(double LatencySeconds) : RunEvent;

    /// <param name="Ratio">Latency without them over the original's.</param>
    public sealed record DeadFiltersFound(ImmutableArray<DeadFilter> Filters, bool AreRemoved, double Ratio, string Reason) : RunEvent;

    public sealed record CandidateTried(CandidateRecord Candidate) : RunEvent;

    /// <summary>An earlier candidate, the best of several probes, is the accepted model now.</summary>
    public sealed record ProbeAccepted(int Candidate) : RunEvent;

    public sealed record Ended(RunRecord Record) : RunEvent;
}
