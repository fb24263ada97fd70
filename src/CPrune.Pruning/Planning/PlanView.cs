using CPrune.Graph;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;

namespace CPrune.Pruning.Planning;

/// <summary>What all widths of a model are planned from.</summary>
/// <param name="model">The model to cut, with its table C.</param>
/// <param name="context">Of the same model.</param>
/// <param name="floors">How narrow its groups may become.</param>
/// <param name="limits">What may be cut.</param>
/// <param name="unit">A saliency that compares groups: it says what a group is worth beside others if <paramref name="saliency"/>
/// does not.</param>
public sealed class PlanView(
    TunedModel model, SaliencyContext context, GroupFloors floors, CutLimits limits, IStepRule stepRule, ISaliency saliency, ISaliency unit)
{
    public TunedModel Model => model;

    public ModelGraph Graph => model.Graph;

    public ChannelAnalysis Analysis => context.Analysis;

    public GroupFloors Floors => floors;

    public IStepRule StepRule => stepRule;

    /// <summary>Residual blocks of the model that may go as a whole.</summary>
    public IEnumerable<ResidualBlock> RemovableBlocks => ModelCut.RemovableBlocks(model.Graph, limits);

    /// <summary>Largest share of a group that may go.</summary>
    public double MostShare => limits.MaxLayerCut;

    /// <summary>
    /// The importance that a group loses with its k least important filters, in units of an average group. The first value is for
    /// k = 0, the last
    /// for as many filters as can go.
    /// </summary>
    public double[] LossCurve(ChannelGroup group)
    {
        var curve = saliency.LossCurve(context, group);
        if (saliency.ComparesGroups) return curve;
        var whole = unit.ImportanceOf(context, group);
        return [.. curve.Select(share => share * whole)];
    }

    /// <summary>The importance lost with a residual block whose inner groups have the given loss curves, in the unit of <see
    /// cref="LossCurve"/>.</summary>
    public static double LossOf(IEnumerable<IReadOnlyList<double>> inside) => inside.Sum(curve => curve[^1]);

    /// <summary>The k least important positions of a group; fewer if no more can go.</summary>
    public IReadOnlyCollection<int> Lowest(ChannelGroup group, int count) => saliency.Lowest(context, group, count);

    /// <summary>The model without what a cut takes.</summary>
    public ModelGraph Apply(Cut cut) => ModelCut.Apply(context, cut, saliency);
}
