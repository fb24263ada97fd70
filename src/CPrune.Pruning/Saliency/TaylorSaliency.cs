using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// The squared change of the loss, to first order, when a position goes: <c>(Σ g·w)²</c> over the weights that a removal takes away from its readers, averaged over
/// batches (Molchanov et al., "Importance Estimation for Neural Network Pruning", CVPR 2019; there the sum is that of a gate on the channel, which is the same).
/// Coupled layers are in it because the readers see them all.
/// </summary>
public sealed class TaylorSaliency : ISaliency
{
    public string Name => "taylor";

    public bool ComparesGroups => true;

    public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group) => context.LossChangesOf(group);
}
