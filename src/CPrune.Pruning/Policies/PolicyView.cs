using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Policies;

/// <summary>What a policy decides on.</summary>
/// <param name="accepted">The model to cut.</param>
/// <param name="context">Of the accepted model.</param>
/// <param name="original">The user's model: the largest cut of a layer is a share of its filters.</param>
/// <param name="history">All outcomes of the run so far, in order.</param>
/// <param name="roundStart">Outcomes there were when <paramref name="accepted"/> was accepted.</param>
public sealed class PolicyView(
    TunedModel accepted, SaliencyContext context, ModelGraph original, IReadOnlyList<CutOutcome> history, int roundStart, WalkLimits limits, IStepRule stepRule,
    ISaliency saliency)
{
    private readonly Lazy<GroupFloors> _floors = new(() => GroupFloors.Of(original, limits.MaxLayerCut, [.. limits.LayerCaps]));

    private readonly Lazy<Dictionary<string, double>> _seconds = new(() => accepted.Layers
        .SelectMany(t => t.Layers.Select(l => (Layer: l, Seconds: accepted.TotalSecondsOf(t) / t.Multiplicity)))
        .GroupBy(p => p.Layer, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(p => p.Seconds), StringComparer.Ordinal));

    public TunedModel Accepted => accepted;

    public IReadOnlyList<CutOutcome> History => history;

    public WalkLimits Limits => limits;

    public IStepRule StepRule => stepRule;

    /// <summary>Of the accepted model.</summary>
    public ChannelAnalysis Analysis => context.Analysis;

    /// <summary>
    /// The importance that a group loses with its k least salient filters, for k from 0 to as many as can go, comparable between groups. Where the saliency has no unit
    /// for all groups, it is what they are found to add to the model's loss.
    /// </summary>
    public double[] LossCurve(ChannelGroup group)
    {
        var curve = saliency.LossCurve(context, group);
        return saliency.ComparesGroups ? curve : Sensitivities.Of(group).LossCurve(curve, group.Channels);
    }

    /// <summary>The importance lost with a block whose inner groups have the given loss curves, in the unit of <see cref="LossCurve"/>.</summary>
    public double LossOf(ResidualBlock block, IEnumerable<IReadOnlyList<double>> inside) => saliency.ComparesGroups ? inside.Sum(curve => curve[^1]) : Sensitivities.Without(block);

    /// <summary>The k least salient positions of a group; fewer where no more can go.</summary>
    public IReadOnlyCollection<int> Lowest(ChannelGroup group, int count) => saliency.Lowest(context, group, count);

    /// <summary>Times at widths that the accepted model does not have.</summary>
    public required KernelSources Kernels { get; init; }

    /// <summary>What parts of the original are worth.</summary>
    public required ISensitivities Sensitivities { get; init; }

    /// <summary>How narrow groups may become.</summary>
    public GroupFloors Floors => _floors.Value;

    /// <summary>Residual blocks of the accepted model that may go as a whole.</summary>
    public IEnumerable<ResidualBlock> RemovableBlocks => ModelCut.RemovableBlocks(accepted.Graph, limits);

    /// <summary>Outcomes since a candidate was last accepted.</summary>
    public IEnumerable<CutOutcome> SinceAcceptance => history.Skip(roundStart);

    /// <summary>The accepted model lost too much accuracy with this cut already: a policy that rounds to what can be cut comes to the same one from different shares.</summary>
    public bool WasRefused(Cut cut) => SinceAcceptance.Any(o =>
        o.Verdict is Verdict.TooInaccurate or Verdict.Failed && o.Key == cut.Key && (o.Removed is { } removed ? removed == cut.Removed : o.Filters == cut.Filters && o.Layers.SequenceEqual(cut.Layers)));

    /// <summary>Wall time of one layer's fastest programs, in seconds; zero for a node that is none.</summary>
    public double SecondsOf(string layer) => _seconds.Value.GetValueOrDefault(layer);

    /// <inheritdoc cref="TunedModel.TotalSeconds"/>
    public double TotalSeconds => accepted.TotalSeconds;

    /// <summary>Share of the accepted model's time that is still too much for the goal, with a little more so that the goal is reached; null where there is no such goal.</summary>
    public double? StillToSave { get; init; }

    /// <summary>What a cut should save: no more than is still to be saved.</summary>
    /// <param name="asked">Share of the accepted model's time.</param>
    public double SavingOf(double asked) => Math.Min(asked, StillToSave ?? 1);

    /// <summary>Of the probes since the last acceptance; null where none passed.</summary>
    public int? MostAccurateProbe => SinceAcceptance.Where(o => o.Verdict == Verdict.Probed).OrderByDescending(o => o.SelectionTop1).ThenBy(o => o.Number).FirstOrDefault()?.Number;

    /// <summary>Seconds that go with one filter of each of some groups if time is in proportion to channels, those of their producers and of their readers.</summary>
    public double SecondsPerFilter(IEnumerable<ChannelGroup> groups) => groups.Sum(g => g.Layers.Concat(g.Consumers).Sum(SecondsOf) / g.Channels);

    /// <summary>Multiply-accumulates of some layers.</summary>
    public long MacsOf(IReadOnlyCollection<string> layers) => accepted.Layers.Sum(t => t.Macs * t.Layers.Count(layers.Contains));

    /// <summary>Filters of a layer.</summary>
    public int FiltersOf(string layer) => Analysis.GroupOf(layer)?.Producers.Where(p => p.Layer == layer).Sum(p => p.Positions.Length) ?? 0;
}
