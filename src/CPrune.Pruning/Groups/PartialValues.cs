using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Pruning.Groups;

/// <summary>
/// Shapes and constants as far as they can be inferred: an operator that shape inference does not know takes only what depends on it away.
/// The walk through the channels goes on behind it, because most operators need no shapes there.
/// </summary>
internal static class PartialValues
{
    public static KnownValues Of(ModelGraph graph)
    {
        var nodes = graph.Nodes;
        while (true)
        {
            if (InferOrNull(graph with { Nodes = nodes, Outputs = [] }) is { } values) return values;
            nodes = Without(nodes, FirstFailing(graph, nodes));
        }
    }

    private static KnownValues? InferOrNull(ModelGraph graph)
    {
        try
        {
            return KnownValues.Of(graph);
        }
        catch (UserErrorException) when (!graph.Nodes.IsEmpty)
        {
            return null;
        }
    }

    /// <summary>The node at which inference fails, by bisection over the prefixes of the graph.</summary>
    private static int FirstFailing(ModelGraph graph, ImmutableArray<Node> nodes)
    {
        var (works, fails) = (0, nodes.Length);
        while (fails - works > 1)
        {
            var middle = (works + fails) / 2;
            if (InferOrNull(graph with { Nodes = nodes[..middle], Outputs = [] }) is null) fails = middle;
            else works = middle;
        }

        return fails - 1;
    }

    /// <summary>The nodes without one of them and everything behind it.</summary>
    private static ImmutableArray<Node> Without(ImmutableArray<Node> nodes, int index)
    {
        var lost = new HashSet<string>(nodes[index].Outputs, StringComparer.Ordinal);
        var kept = ImmutableArray.CreateBuilder<Node>();
        for (var i = 0; i < nodes.Length; i++)
        {
            if (i == index) continue;
            if (nodes[i].Inputs.Any(v => v.Length > 0 && lost.Contains(v))) lost.UnionWith(nodes[i].Outputs);
            else kept.Add(nodes[i]);
        }

        return kept.ToImmutable();
    }
}
