using System.Collections.Immutable;
using CPrune.Graph.Operators;

namespace CPrune.Graph.Rewrites;

/// <summary>Turns a batch norm that could not be folded into a multiplication and an addition per channel, which fuse like any other.</summary>
internal static class ExpandBatchNorm
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (graph.Nodes.All(n => n.OpType != "BatchNormalization")) return graph;
        var shapes = ShapeInference.Infer(graph);
        var initializers = graph.Initializers.ToBuilder();
        var nodes = ImmutableArray.CreateBuilder<Node>();
        foreach (var node in graph.Nodes)
        {
            if (node.OpType != "BatchNormalization" || AffineNorm.Of(graph, node) is not { } affine)
            {
                nodes.Add(node);
                continue;
            }

            var (scale, shift, scaled) = ($"{node.Name}.scale", $"{node.Name}.shift", $"{node.Name}.scaled");
            var perChannel = PerChannel(affine.Scale.Length, shapes[node.Inputs[0]].Length);
            initializers[scale] = Tensor.Of(affine.Scale, perChannel);
            initializers[shift] = Tensor.Of(affine.Shift, perChannel);
            nodes.Add(new Node { Name = $"{node.Name}.mul", OpType = "Mul", Inputs = [node.Inputs[0], scale], Outputs = [scaled] });
            nodes.Add(new Node { Name = $"{node.Name}.add", OpType = "Add", Inputs = [scaled, shift], Outputs = [node.Output] });
        }

        return graph with { Nodes = nodes.ToImmutable(), Initializers = initializers.ToImmutable() };
    }

    /// <summary><c>[C,1,1]</c> for images: broadcast from the right, so the batch axis is left out.</summary>
    private static ImmutableArray<int> PerChannel(int channels, int rank) => [channels, .. Enumerable.Repeat(1, rank - 2)];
}
