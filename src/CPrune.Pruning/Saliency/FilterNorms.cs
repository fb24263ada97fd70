using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// The sum, over all weights of all filters that a position stands for, of a function of the weight. Layers of a group are added up as they
/// are: a residual stage is judged by all its filters together, and a large filter weighs more than a 1×1 one, as in the authors' code.
/// </summary>
internal static class FilterNorms
{
    public static double[] Sum(ModelGraph graph, ChannelGroup group, Func<float, double> ofWeight)
    {
        var constants = new ConstantTable(graph);
        var scores = new double[group.Channels];
        foreach (var producer in group.Producers)
        {
            var weight = constants.TensorOf(producer.Weight)
                ?? throw new ArgumentException($"the model has no parameter '{producer.Weight}'", nameof(graph));
            Add(weight, producer, ofWeight, scores);
        }

        return scores;
    }

    private static void Add(Tensor weight, LayerPositions producer, Func<float, double> ofWeight, double[] scores)
    {
        var data = weight.Floats;
        var inner = Shapes.Count(weight.Shape[(producer.Axis + 1)..]);
        for (var i = 0; i < data.Length; i++) scores[producer.Positions[i / inner % weight.Shape[producer.Axis]]] += ofWeight(data[i]);
    }
}
