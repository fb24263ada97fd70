using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>The L2 norm of a position's filters, taken as one long vector over all layers of the group.</summary>
public sealed class L2Saliency : ISaliency
{
    public string Name => "l2";

    public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group) =>
        [.. FilterNorms.Sum(context, group, w => (double)w * w).Select(Math.Sqrt)];
}
