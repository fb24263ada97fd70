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
/// <param name="importance">What parts of the original are worth; null for planners that do not ask.</param>
public sealed class PlanView(
    TunedModel model, SaliencyContext context, GroupFloors floors, CutLimits limits, IStepRule stepRule, ISaliency saliency, IImportance? importance)
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
    /// The importance that a group loses with its k least important filters, for k from 0 to as many as can go, comparable between groups. If the saliency
    /// has no unit for all groups, it is what they are found to add to the model's loss.
    /// </summary>
    public double[] LossCurve(ChannelGroup group)
    {
        var curve = saliency.LossCurve(context, group);
        return saliency.ComparesGroups ? curve : Importance.Of(group).LossCurve(curve, group.Channels);
    }

    /// <summary>The importance lost with a block whose inner groups have the given loss curves, in the unit of <see cref="LossCurve"/>.</summary>
    public double LossOf(ResidualBlock block, IEnumerable<IReadOnlyList<double>> inside) =>
        saliency.ComparesGroups ? inside.Sum(curve => curve[^1]) : Importance.Of(block);

    /// <summary>The k least important positions of a group; fewer if no more can go.</summary>
    public IReadOnlyCollection<int> Lowest(ChannelGroup group, int count) => saliency.Lowest(context, group, count);

    /// <summary>The model without what a cut takes.</summary>
    public ModelGraph Apply(Cut cut) => ModelCut.Apply(context, cut, saliency);

    private IImportance Importance => importance ?? throw new InvalidOperationException("this planner was not given the importance of parts");
}
