using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Policies;

/// <summary>What the outcomes so far say about each task (docs/how-it-works.md, "The walk"). A probe that was not chosen counts as a visit.</summary>
public sealed class WalkMemory
{
    private readonly Dictionary<string, int> _tooSlow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _visits = new(StringComparer.Ordinal);
    private readonly HashSet<string> _barred = new(StringComparer.Ordinal);

    public static WalkMemory Of(IEnumerable<CutOutcome> history)
    {
        var memory = new WalkMemory();
        foreach (var outcome in history) memory.Add(outcome);
        return memory;
    }

    /// <summary>A cut of the task cost too much accuracy, or failed: the task is not cut again (the paper, section 3.4).</summary>
    public bool IsBarred(string key) => _barred.Contains(key);

    /// <summary>Filters of the largest cut that was too slow since the task was last cut; the next visit takes more.</summary>
    public int TooSlow(string key) => _tooSlow.GetValueOrDefault(key);

    /// <summary>Visits since a candidate was accepted and the walk began again at the top.</summary>
    public int VisitsSinceAcceptance(string key) => _visits.GetValueOrDefault(key);

    private void Add(CutOutcome outcome)
    {
        _visits[outcome.Key] = VisitsSinceAcceptance(outcome.Key) + 1;
        switch (outcome.Verdict)
        {
            case Verdict.Accepted:
                _tooSlow.Remove(outcome.Key);
                _visits.Clear();
                break;
            case Verdict.TooSlow:
                _tooSlow[outcome.Key] = outcome.Filters;
                break;
            case Verdict.TooInaccurate or Verdict.Failed:
                _barred.Add(outcome.Key);
                break;
        }
    }
}
