namespace CPrune.Graph.Rewrites;

/// <summary>
/// Gives every node a unique name. Layers are traced by name through folding, pruning and training, and ONNX lets names be empty or repeated.
/// </summary>
public static class NameNodes
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        var taken = graph.Nodes.Select(n => n.Name).Where(n => n.Length > 0).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var nodes = graph.Nodes.Select((node, index) =>
            node.Name.Length > 0 && seen.Add(node.Name) ? node : node with { Name = Fresh($"{node.OpType}_{index}", taken) });
        return graph with { Nodes = [.. nodes] };
    }

    private static string Fresh(string wanted, HashSet<string> taken)
    {
        var name = wanted;
        for (var suffix = 1; !taken.Add(name); suffix++) name = $"{wanted}_{suffix}";
        return name;
    }
}
