using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Policies;

/// <summary>What the outcomes so far say about each task; a refused candidate leaves nothing else behind. A probe that was not chosen counts as a visit.</summary>
public sealed class WalkMemory
{
    /// <summary>What is worth a candidate: judging a smaller cut costs as much.</summary>
    private const double LeastSaving = 0.05;

    private const double MostSaving = 0.2;

    private readonly Dictionary<string, int> _refused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _visits = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _grown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _largestCut = new(StringComparer.Ordinal);

    public static WalkMemory Of(IEnumerable<CutOutcome> history)
    {
        var memory = new WalkMemory();
        foreach (var outcome in history) memory.Add(outcome);
        return memory;
    }

    /// <summary>
    /// Share of the model's time that the next cut should save: twice as much after one that cost little, whichever task it was, half as much after one that cost too much. A model of which much can go is not cut in
    /// as many candidates as one of which little can.
    /// </summary>
    public double Saving { get; private set; } = LeastSaving;

    /// <summary>
    /// Filters (blocks, where whole ones go) that one cut of a task may still take: half of what cost too much accuracy, and none once that is down to nothing or the task has failed. The
    /// paper bars the task at once.
    /// </summary>
    public int LargestCut(string key) => _largestCut.GetValueOrDefault(key, int.MaxValue);

    /// <summary>The largest cut that was too slow since the task was last cut; the next visit takes more.</summary>
    public int RefusedFilters(string key) => _refused.GetValueOrDefault(key);

    /// <summary>
    /// Cuts that the next one should be larger than, the most demanding first: after one that cost little it takes twice as much, where that can be. A layer of many filters whose steps are small
    /// is cut in a few candidates.
    /// </summary>
    public IReadOnlyList<int> Beyond(string key)
    {
        var (grown, refused) = (_grown.GetValueOrDefault(key), RefusedFilters(key));
        return grown > refused ? [grown, refused] : [refused];
    }

    /// <summary>Visits since a candidate was accepted and the walk began again at the top.</summary>
    public int VisitsSinceAcceptance(string key) => _visits.GetValueOrDefault(key);

    private void Add(CutOutcome outcome)
    {
        _visits[outcome.Key] = VisitsSinceAcceptance(outcome.Key) + 1;
        _grown.Remove(outcome.Key);
        switch (outcome.Verdict)
        {
            case Verdict.Accepted:
                _refused.Remove(outcome.Key);
                if (outcome.WasCheap)
                {
                    _grown[outcome.Key] = (2 * outcome.Size) - 1;
                    Saving = Math.Min(MostSaving, 2 * Saving);
                }

                _visits.Clear();
                break;
            case Verdict.TooSlow:
                _refused[outcome.Key] = outcome.Size;
                break;
            case Verdict.TooInaccurate:
                _largestCut[outcome.Key] = outcome.Size / 2;
                Saving = Math.Max(LeastSaving, Saving / 2);
                break;
            case Verdict.Failed:
                _largestCut[outcome.Key] = 0;
                break;
        }
    }
}
