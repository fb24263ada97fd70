using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// The sum, over all weights of all filters that a position stands for, of a function of the weight. Layers of a group are added up as they
/// are: a residual stage is judged by all its filters together, and a large filter weighs more than a 1×1 one, as in the authors' code.
/// </summary>
internal static class FilterNorms
{
    public static double[] Sum(SaliencyContext context, ChannelGroup group, Func<float, double> ofWeight)
    {
        var scores = new double[group.Channels];
        foreach (var producer in group.Producers) PositionSums.Add(context.WeightOf(producer), producer, ofWeight, scores);
        return scores;
    }
}
