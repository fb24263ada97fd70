namespace CPrune.Pruning.Policies;

/// <summary>
/// The paper's walk (method.md, "The loop"): tasks from the largest time × multiplicity down. A candidate that is too slow sends the walk to the next
/// task and makes the next visit take one step more; after one that is too inaccurate the next visit takes half, where the paper bars the task; an
/// accepted one starts the walk again at the top.
/// </summary>
public sealed class PaperWalk : ICutPolicy
{
    public CutOption? Next(IReadOnlyList<CutOption> options, WalkMemory memory) => options
        .OrderBy(o => memory.VisitsSinceAcceptance(o.Key))
        .ThenByDescending(o => o.TotalSeconds)
        .ThenBy(o => o.Key, StringComparer.Ordinal)
        .FirstOrDefault();
}
