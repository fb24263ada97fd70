using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// The L1 norm of a position's filters (Li et al., "Pruning Filters for Efficient ConvNets", ICLR 2017); the method's default.
/// </summary>
public sealed class L1Saliency : ISaliency
{
    public string Name => "l1";

    public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group) => FilterNorms.Sum(context, group, w => Math.Abs((double)w));
}
