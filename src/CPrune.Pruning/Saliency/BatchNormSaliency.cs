using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Saliency;

/// <summary>
/// The magnitude of the scale that batch norm gives a channel (Liu et al., "Learning Efficient Convolutional Networks through Network Slimming", ICCV 2017), added
/// up over all batch norms on the group's channels. A group of which some channels have none, or all, as in hidden dense layers, is judged by
/// <see cref="L1Saliency"/>: a scale says nothing beside the norm of a filter.
/// </summary>
public sealed class BatchNormSaliency : ISaliency
{
    private static readonly L1Saliency WithoutNorms = new();

    public string Name => "bn";

    public string? Obstacle(ModelGraph graph) =>
        graph.Nodes.Any(IsNorm) ? null : "it has no batch norm, or it was folded into the weights when the model was exported";

    public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group)
    {
        var (constants, scores, isNormed) = (context.Constants, new double[group.Channels], new bool[group.Channels]);
        foreach (var norm in context.Graph.Nodes.Where(IsNorm))
        {
            if (constants.RootOf(norm.InputOrNull(1)) is not { } root || !context.Analysis.Parameters.TryGetValue(root, out var axes)) continue;
            var scales = constants.TensorOf(root)!.Floats;
            for (var i = 0; i < axes[0].Length; i++)
            {
                var (id, position) = context.Analysis.PlaceOf(axes[0][i]);
                if (id != group.Id) continue;
                scores[position] += Math.Abs(scales[i]);
                isNormed[position] = true;
            }
        }

        return isNormed.All(n => n) ? scores : WithoutNorms.Scores(context, group);
    }

    private static bool IsNorm(Node node) => node is { OpType: "BatchNormalization", Domain: "" };
}
