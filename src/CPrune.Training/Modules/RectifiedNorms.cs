using CPrune.Graph;

namespace CPrune.Training.Modules;

/// <summary>Batch norms of which nothing is read but what a ReLU leaves.</summary>
internal static class RectifiedNorms
{
    /// <summary>Names of such outputs.</summary>
    public static HashSet<string> Of(ModelGraph graph)
    {
        var readers = graph.Nodes.SelectMany(n => n.Inputs.Distinct().Select(i => (Value: i, Reader: n))).ToLookup(r => r.Value, r => r.Reader);
        return
        [
            .. graph.Nodes.Where(n => IsStandard(n, "BatchNormalization")).Select(n => n.Output)
                .Where(output => readers[output].ToList() is [var only] && IsStandard(only, "Relu") && graph.Outputs.All(o => o.Name != output)),
        ];
    }

    private static bool IsStandard(Node node, string type) => node.OpType == type && node.Domain is ("" or "ai.onnx");
}
