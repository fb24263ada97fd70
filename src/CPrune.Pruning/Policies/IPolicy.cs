using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Policies;

/// <summary>What a policy wants next.</summary>
public abstract record PolicyDecision
{
    private PolicyDecision()
    {
    }

    /// <summary>Make this candidate and send it through the gates.</summary>
    /// <param name="IsProbe">One that passes is kept aside until the policy has compared it with others, instead of being accepted at once.</param>
    /// <param name="Foreseen">Where the candidate's latency is to be taken from instead of tuning and timing it; null for tuning and timing.</param>
    public sealed record Try(Cut Cut, bool IsProbe = false, IKernelTimes? Foreseen = null) : PolicyDecision;

    /// <summary>Accept a probe; the others since the last acceptance are dropped.</summary>
    public sealed record Choose(int Candidate) : PolicyDecision;

    /// <param name="Reason">Why nothing is left to try, as a sentence without its end.</param>
    public sealed record Over(string Reason) : PolicyDecision;
}

/// <summary>
/// What to cut next. The answer follows from the accepted model, the history and measurements that are recorded, so that a run can be gone on with and
/// replayed.
/// </summary>
public interface IPolicy
{
    string Name { get; }

    ValueTask<PolicyDecision> NextAsync(PolicyView view, CancellationToken cancellation);
}
