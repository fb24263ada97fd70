namespace CPrune.Pruning.Policies;

/// <summary>What a walk's policy wants next.</summary>
public abstract record PolicyDecision
{
    private PolicyDecision()
    {
    }

    /// <summary>Make this candidate and send it through the gates.</summary>
    /// <param name="IsProbe">If it passes, it is kept aside until the policy has compared it with others, instead of being accepted at once.</param>
    public sealed record Try(Cut Cut, bool IsProbe = false) : PolicyDecision;

    /// <summary>Accept a probe; the others since the last acceptance are dropped.</summary>
    public sealed record Choose(int Candidate) : PolicyDecision;

    /// <param name="Reason">Why nothing is left to try, as a sentence without its end.</param>
    public sealed record Over(string Reason) : PolicyDecision;
}

/// <summary>Says what a walk cuts next. The answer follows from the accepted model and the history, so that a run can be replayed.</summary>
public interface IPolicy
{
    string Name { get; }

    PolicyDecision Next(PolicyView view);
}
