namespace CPrune.Pruning.Policies;

/// <summary>What makes a task worth visiting first.</summary>
public enum TaskOrder
{
    /// <summary>Time × multiplicity on the target, as the paper has it.</summary>
    Time,

    /// <summary>Multiply-accumulates × multiplicity: what a method without a compiler goes by.</summary>
    Macs,
}

/// <summary>
/// The paper's walk (docs/how-it-works.md, "The walk"): tasks from the largest down. A candidate that is too slow sends the walk to the next task and makes the next
/// visit take one step more; after one that is too inaccurate the next visit takes half, where the paper bars the task; an accepted one starts the walk
/// again at the top. Residual blocks that could go as a whole stand among the tasks (<see cref="BlockBundle"/>).
/// </summary>
public sealed class TaskWalk(string name, TaskOrder order) : IPolicy
{
    public string Name => name;

    public ValueTask<PolicyDecision> NextAsync(PolicyView view, CancellationToken cancellation)
    {
        var memory = WalkMemory.Of(view.History);
        IEnumerable<CutOption> blocks = BlockBundle.Of(view, memory) is { } bundle ? [bundle] : [];
        return ValueTask.FromResult<PolicyDecision>(Next([.. CutOptions.Of(view, memory), .. blocks], memory) is { } option
            ? new PolicyDecision.Try(option.ToCut())
            : new PolicyDecision.Over("no task is left that could be cut further"));
    }

    /// <returns>Null when nothing is left to try.</returns>
    public CutOption? Next(IReadOnlyList<CutOption> options, WalkMemory memory) => options
        .OrderBy(o => memory.VisitsSinceAcceptance(o.Key))
        .ThenByDescending(o => order == TaskOrder.Time ? o.TotalSeconds : o.TotalMacs)
        .ThenBy(o => o.Rank)
        .ThenBy(o => o.Key, StringComparer.Ordinal)
        .FirstOrDefault();
}
