using CPrune.Compiler.Targets;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.CostModel;

/// <summary>
/// Holds what has been measured on a target and hands out a ranker that has learned from it; counting instructions until there is enough. It is kept from one tuning to
/// the next: reading 4000 records and training on them takes 0.2 s of a core, about a fifth of a re-tuning in a pruning run, and hundreds of those follow each
/// other. It is not kept in a file, which would save as much once per process.
/// </summary>
/// <param name="known">Oldest first.</param>
internal sealed class RankerSource(Target target, IEnumerable<TuningRecord> known)
{
    public const int MostSamples = 4000;

    /// <summary>The ranker is trained again when so large a share of what it learned from has come on top.</summary>
    private const double Growth = 0.1;

    private readonly HeuristicRanker _heuristic = new(target);
    private readonly Queue<TuningRecord> _samples = new(known);
    private LearnedRanker? _learned;
    private int _learnedFrom;
    private int _fresh = 1;

    /// <summary>The ranker for the next batch; good until the next call.</summary>
    public IProgramRanker Current()
    {
        if (_fresh > _learnedFrom * Growth)
        {
            _learned?.Dispose();
            _learned = LearnedRanker.Train(_samples, ProgramFeatures.Count);
            (_learnedFrom, _fresh) = (_samples.Count, 0);
        }

        return _learned is not null ? _learned : _heuristic;
    }

    public void Add(IEnumerable<TuningRecord> measured)
    {
        foreach (var record in measured.Where(r => r.Latency is not null))
        {
            if (_samples.Count == MostSamples) _samples.Dequeue();
            _samples.Enqueue(record);
            _fresh++;
        }
    }
}
