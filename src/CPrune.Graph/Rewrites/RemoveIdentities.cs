using System.Collections.Immutable;

namespace CPrune.Graph.Rewrites;

/// <summary>Removes <c>Identity</c> and, as inference does nothing there, <c>Dropout</c>: their readers read the input instead.</summary>
internal static class RemoveIdentities
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        var outputs = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var source = new Dictionary<string, string>(StringComparer.Ordinal);
        var kept = ImmutableArray.CreateBuilder<Node>();
        foreach (var node in graph.Nodes)
        {
            var rewired = node with { Inputs = [.. node.Inputs.Select(i => source.GetValueOrDefault(i, i))] };
            if (IsIdentity(node) && !outputs.Contains(node.Output)) source[node.Output] = rewired.Inputs[0];
            else kept.Add(rewired);
        }

        return graph with { Nodes = kept.ToImmutable() };
    }

    private static bool IsIdentity(Node node) => node.OpType switch
    {
        "Identity" => true,
        "Dropout" => node.Outputs.Skip(1).All(o => o.Length == 0),
        _ => false,
    };
}
