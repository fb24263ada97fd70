using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Runs;

/// <summary>Filters per convolution and dense layer.</summary>
internal static class LayerWidths
{
    /// <summary>Filters of a layer: the first extent of a convolution's weight; of a dense layer's, the one that is its output.</summary>
    public static int? Of(ModelGraph graph, Node node) => (node.OpType, graph.InitializerOrNull(node.InputOrNull(1))) switch
    {
        ("Conv", { } weight) => weight.Shape[0],
        ("Gemm", { } weight) => weight.Shape[node.Int("transB", 0) == 1 ? 0 : 1],
        ("MatMul", { } weight) => weight.Shape[^1],
        _ => null,
    };

    public static ImmutableArray<LayerChannels> Compare(ModelGraph before, ModelGraph after)
    {
        var widths = after.Nodes.ToDictionary(n => n.Name, n => Of(after, n), StringComparer.Ordinal);
        return
        [
            .. from node in before.Nodes
               let width = Of(before, node)
               where width is not null
               select new LayerChannels(node.Name, width.Value, widths.GetValueOrDefault(node.Name) ?? 0),
        ];
    }
}
