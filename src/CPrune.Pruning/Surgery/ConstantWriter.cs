using CPrune.Graph;

namespace CPrune.Pruning.Surgery;

/// <summary>Writes constants back to where they stand: initializers, or the value of a <c>Constant</c> node.</summary>
internal static class ConstantWriter
{
    /// <summary>The graph with the constants, given by root name, replaced.</summary>
    public static ModelGraph Replace(ModelGraph graph, IReadOnlyDictionary<string, Tensor> constants) => graph with
    {
        Initializers = graph.Initializers.SetItems(constants.Where(c => graph.Initializers.ContainsKey(c.Key))),
        Nodes =
        [
            .. graph.Nodes.Select(n => n.OpType == "Constant" && constants.TryGetValue(n.Output, out var tensor) ? WithValue(n, tensor) : n),
        ],
    };

    private static Node WithValue(Node node, Tensor tensor) => node with
    {
        Attributes = node.Attributes.Clear().Add("value", new AttributeValue.TensorValue(tensor)),
    };
}
