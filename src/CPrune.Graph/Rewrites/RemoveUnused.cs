namespace CPrune.Graph.Rewrites;

/// <summary>Removes nodes and initializers that no output depends on.</summary>
public static class RemoveUnused
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        var needed = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new List<Node>();
        foreach (var node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(needed.Contains)) continue;
            kept.Add(node);
            needed.UnionWith(node.Inputs);
        }

        kept.Reverse();
        return graph with
        {
            Nodes = [.. kept],
            Initializers = graph.Initializers.RemoveRange(graph.Initializers.Keys.Where(k => !needed.Contains(k))),
        };
    }
}
