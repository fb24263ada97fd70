using System.Collections.Immutable;
using CPrune.Pruning.Surgery;

namespace CPrune.Pruning.Runs;

/// <summary>What a run tells while it works.</summary>
public abstract record RunEvent
{
    private RunEvent()
    {
    }

    /// <summary>An earlier sitting's work was found and is gone on with.</summary>
    public sealed record Resumed(int Candidates, TimeSpan Elapsed) : RunEvent;

    /// <param name="Limit">As the command's option.</param>
    /// <param name="WalkGoesOn">A walk that the old limit had ended goes on.</param>
    public sealed record TimeLimitChanged(string Limit, bool WalkGoesOn) : RunEvent;

    public sealed record PhaseStarted(string Phase, string Detail) : RunEvent;

    /// <param name="Done">Of <paramref name="Planned"/> units, trials or images.</param>
    /// <param name="Unit">For example <c>trials</c>.</param>
    public sealed record PhaseAdvanced(string Phase, double Done, double Planned, string Unit, string Detail) : RunEvent;

    public sealed record OriginalMeasured(double LatencySeconds, double SelectionTop1, double TestTop1, double SelectionFloor) : RunEvent;

    /// <param name="Ratio">Latency without them over the original's.</param>
    public sealed record DeadFiltersFound(ImmutableArray<DeadFilter> Filters, bool AreRemoved, double Ratio, string Reason) : RunEvent;

    /// <param name="AcceptedLatencySeconds">Of the accepted model after this candidate.</param>
    public sealed record CandidateTried(CandidateRecord Candidate, double AcceptedLatencySeconds, double AcceptedTop1) : RunEvent;

    /// <summary>An earlier candidate, the best of several probes, is the accepted model now.</summary>
    public sealed record ProbeAccepted(int Candidate, double AcceptedLatencySeconds, double AcceptedTop1) : RunEvent;

    /// <param name="Alpha">Share of accuracy that a step must keep from here on.</param>
    public sealed record GateRelaxed(double Alpha) : RunEvent;

    /// <param name="SelectionTop1">Of the accepted model after a longer training within the walk.</param>
    public sealed record SecondWindEnded(double SelectionTop1) : RunEvent;

    public sealed record Ended(RunRecord Record) : RunEvent;
}
