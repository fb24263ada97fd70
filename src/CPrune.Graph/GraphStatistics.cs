using CPrune.Graph.Operators;

namespace CPrune.Graph;

/// <summary>Sizes of a model that reports quote.</summary>
public static class GraphStatistics
{
    /// <summary>
    /// Trained numbers, counted as papers do: weights, biases, batch norms' scales and shifts. Running statistics and the bounds of
    /// Clip and Pad are not trained.
    /// </summary>
    public static long Parameters(ModelGraph graph)
    {
        var trained = graph.Nodes.SelectMany(TrainedInputs).ToHashSet(StringComparer.Ordinal);
        return graph.Initializers.Where(i => i.Value.Type == ElementType.Float32 && trained.Contains(i.Key)).Sum(i => (long)i.Value.Count);
    }

    /// <summary>Multiply-accumulates of the convolutions and dense layers for one image.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: shapes cannot be inferred.</exception>
    public static long Macs(ModelGraph graph)
    {
        var shapes = ShapeInference.Infer(graph);
        return graph.Nodes.Sum(node => node.OpType switch
        {
            // Every output element sums over the weight's elements of one filter.
            "Conv" => (long)Shapes.Count(shapes[node.Output]) * (Shapes.Count(shapes[node.Inputs[1]]) / shapes[node.Inputs[1]][0]),
            "Gemm" => (long)Shapes.Count(shapes[node.Output]) * shapes[node.Inputs[0]][node.Int("transA", 0) == 1 ? 0 : 1],
            "MatMul" => (long)Shapes.Count(shapes[node.Output]) * shapes[node.Inputs[0]][^1],
            _ => 0L,
        });
    }

    private static IEnumerable<string> TrainedInputs(Node node) => node.Inputs.Take(node.OpType switch
    {
        "BatchNormalization" => 3,
        "Clip" or "Pad" => 1,
        _ => node.Inputs.Length,
    });
}
