using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Policies;

/// <summary>What a walk's policy decides on.</summary>
/// <param name="accepted">The model to cut.</param>
/// <param name="analysis">Of the accepted model.</param>
/// <param name="floors">How narrow its groups may become.</param>
/// <param name="history">All outcomes of the run so far, in order.</param>
/// <param name="roundStart">Outcomes there were when <paramref name="accepted"/> was accepted.</param>
public sealed class PolicyView(
    TunedModel accepted, ChannelAnalysis analysis, GroupFloors floors, IReadOnlyList<CutOutcome> history, int roundStart, IStepRule stepRule)
{
    private readonly Lazy<Dictionary<string, double>> _seconds = new(() => accepted.Layers
        .SelectMany(t => t.Layers.Select(l => (Layer: l, Seconds: accepted.TotalSecondsOf(t) / t.Multiplicity)))
        .GroupBy(p => p.Layer, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(p => p.Seconds), StringComparer.Ordinal));

    public TunedModel Accepted => accepted;

    public ChannelAnalysis Analysis => analysis;

    public GroupFloors Floors => floors;

    public IReadOnlyList<CutOutcome> History => history;

    public IStepRule StepRule => stepRule;

    /// <summary>Outcomes since a candidate was last accepted.</summary>
    public IEnumerable<CutOutcome> SinceAcceptance => history.Skip(roundStart);

    /// <inheritdoc cref="TunedModel.TotalSeconds"/>
    public double TotalSeconds => accepted.TotalSeconds;

    /// <summary>Number of the most accurate probe since the last acceptance; null if none passed.</summary>
    public int? MostAccurateProbe => SinceAcceptance.Where(o => o.Verdict == Verdict.Probed)
        .OrderByDescending(o => o.SelectionTop1).ThenBy(o => o.Number).FirstOrDefault()?.Number;

    /// <summary>Seconds that go with one filter of each of some groups, if time is in proportion to the channels of producers and readers.</summary>
    public double SecondsPerFilter(IEnumerable<ChannelGroup> groups) => groups.Sum(g => g.Layers.Concat(g.Consumers).Sum(SecondsOf) / g.Channels);

    /// <summary>Wall time of one layer's fastest programs, in seconds; zero for a node that is none.</summary>
    private double SecondsOf(string layer) => _seconds.Value.GetValueOrDefault(layer);
}
