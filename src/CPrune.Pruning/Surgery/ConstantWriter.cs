using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Surgery;

/// <summary>Writes constants back to where they stand: initializers, or the value of a <c>Constant</c> node, which takes the place of one that computed it.</summary>
internal static class ConstantWriter
{
    /// <summary>The graph with the constants, given by root name, replaced. What only served to compute one of them goes.</summary>
    public static ModelGraph Replace(ModelGraph graph, IReadOnlyDictionary<string, Tensor> constants)
    {
        var released = new HashSet<string>(StringComparer.Ordinal);
        var nodes = ImmutableArray.CreateBuilder<Node>(graph.Nodes.Length);
        foreach (var node in graph.Nodes)
        {
            if (node.Outputs.IsEmpty || !constants.TryGetValue(node.Output, out var tensor)) nodes.Add(node);
            else
            {
                nodes.Add(WithValue(node, tensor));
                released.UnionWith(node.Inputs);
            }
        }

        graph = graph with
        {
            Initializers = graph.Initializers.SetItems(constants.Where(c => graph.Initializers.ContainsKey(c.Key))),
            Nodes = nodes.MoveToImmutable(),
        };
        return released.Count == 0 ? graph : WithoutUnread(graph, released);
    }

    private static Node WithValue(Node node, Tensor tensor) => node with
    {
        OpType = "Constant",
        Inputs = [],
        Attributes = node.Attributes.Clear().Add("value", new AttributeValue.TensorValue(tensor)),
    };

    /// <param name="released">Values that have lost a reader.</param>
    private static ModelGraph WithoutUnread(ModelGraph graph, HashSet<string> released)
    {
        var readers = graph.Nodes.SelectMany(n => n.Inputs).Concat(graph.Outputs.Select(o => o.Name)).CountBy(i => i, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var kept = new List<Node>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(released.Contains) || node.Outputs.Any(readers.ContainsKey))
            {
                kept.Add(node);
                continue;
            }

            released.UnionWith(node.Inputs);
            foreach (var input in node.Inputs)
                if (--readers[input] == 0) readers.Remove(input);
        }

        kept.Reverse();
        return graph with { Nodes = [.. kept], Initializers = graph.Initializers.RemoveRange(released.Where(r => !readers.ContainsKey(r))) };
    }
}
