using CPrune.Compiler.Targets;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.CostModel;

/// <summary>Holds what has been measured on a target and hands out a ranker that has learned from it; counting instructions until there is enough.</summary>
internal sealed class RankerSource(Target target, IEnumerable<TuningRecord> known) : IDisposable
{
    public const int MostSamples = 4000;

    private readonly HeuristicRanker _heuristic = new(target);
    private readonly List<TuningRecord> _samples = [.. known];
    private LearnedRanker? _learned;
    private int _learnedFrom;

    /// <summary>The ranker for the next batch; trained again when a tenth more is known.</summary>
    public IProgramRanker Current()
    {
        if (_samples.Count > 0 && _samples.Count >= _learnedFrom * 1.1)
        {
            _learned?.Dispose();
            _learned = LearnedRanker.Train(_samples, ProgramFeatures.Count);
            _learnedFrom = _samples.Count;
        }

        return _learned is not null ? _learned : _heuristic;
    }

    public void Add(IEnumerable<TuningRecord> measured) => _samples.AddRange(measured.Where(r => r.Latency is not null));

    public void Dispose() => _learned?.Dispose();
}
