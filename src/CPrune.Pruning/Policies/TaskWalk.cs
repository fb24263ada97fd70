namespace CPrune.Pruning.Policies;

/// <summary>
/// The paper's walk (docs/how-it-works.md, "The walk"): tasks from the largest time × multiplicity down. After a candidate that is too slow, the next
/// task is visited, and the next visit of this one takes a step more. A task whose cut cost too much accuracy is barred. After an accepted candidate the
/// walk begins again at the top.
/// </summary>
public sealed class TaskWalk : IPolicy
{
    public string Name => "cprune";

    public PolicyDecision Next(PolicyView view)
    {
        var memory = WalkMemory.Of(view.History);
        return Next(CutOptions.Of(view, memory), memory) is { } option
            ? new PolicyDecision.Try(option.ToCut())
            : new PolicyDecision.Over("no task is left that could be cut further");
    }

    /// <returns>Null if nothing is left to try.</returns>
    public static CutOption? Next(IReadOnlyList<CutOption> options, WalkMemory memory) => options
        .OrderBy(o => memory.VisitsSinceAcceptance(o.Key))
        .ThenByDescending(o => o.TotalSeconds)
        .ThenBy(o => o.Rank)
        .ThenBy(o => o.Key, StringComparer.Ordinal)
        .FirstOrDefault();
}
