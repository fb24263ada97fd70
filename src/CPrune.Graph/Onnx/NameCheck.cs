using System.Collections.Immutable;

namespace CPrune.Graph.Onnx;

/// <summary>
/// Checks that every value of a graph is made once, before it is read: ONNX's static single assignment. Nodes that stand in another order
/// are put in one in which that holds; some exporters write them as they come.
/// </summary>
internal sealed class NameCheck(string source)
{
    private static readonly HashSet<string> s_combining = new(StringComparer.Ordinal)
    {
        "Add", "Sub", "Mul", "Div", "Pow", "Sum", "Mean", "Max", "Min", "PRelu", "Concat", "MatMul", "BatchNormalization",
    };

    /// <returns>The graph with its nodes in topological order.</returns>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: a value is made twice, or never, or from itself.</exception>
    public ModelGraph Check(ModelGraph graph)
    {
        var makers = Makers(graph);
        var (made, waiting) = (Given(graph), 0);
        foreach (var node in graph.Nodes)
        {
            if (MissingInput(node) is { } missing) throw Error($"has the node {node.Label} without its input {missing}; it is damaged");
            foreach (var input in node.Inputs.Where(i => i.Length > 0 && !made.Contains(i)))
            {
                if (!makers.ContainsKey(input))
                    throw Error($"has the node {node.Label}, which reads '{input}', which nothing makes; it is damaged");
                waiting++;
            }

            made.UnionWith(node.Outputs);
        }

        return waiting == 0 ? graph : graph with { Nodes = Sorted(graph) };
    }

    private static HashSet<string> Given(ModelGraph graph) =>
        graph.Inputs.Select(i => i.Name).Concat(graph.Initializers.Keys).ToHashSet(StringComparer.Ordinal);

    /// <summary>The first input of any operator, and each of those that combine all their inputs, has to be there.</summary>
    private static int? MissingInput(Node node)
    {
        var at = node.Inputs.IndexOf("");
        return at == 0 || (at > 0 && s_combining.Contains(node.OpType)) ? at : null;
    }

    private Dictionary<string, Node> Makers(ModelGraph graph)
    {
        var makers = new Dictionary<string, Node>(StringComparer.Ordinal);
        var given = Given(graph);
        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Outputs.Where(o => o.Length > 0))
            {
                if (given.Contains(output))
                    throw Error($"has the node {node.Label}, which makes '{output}', which is an input or a constant; it is damaged");
                if (!makers.TryAdd(output, node))
                    throw Error($"has two nodes that make '{output}': {makers[output].Label} and {node.Label}; it is damaged");
            }
        }

        return makers;
    }

    /// <summary>Nodes are taken in their order, as soon as all that they read is made.</summary>
    private ImmutableArray<Node> Sorted(ModelGraph graph)
    {
        var (missing, readers) = (new Dictionary<Node, int>(ReferenceEqualityComparer.Instance), graph.Consumers());
        var makers = graph.Producers();
        foreach (var node in graph.Nodes) missing[node] = node.Inputs.Count(makers.ContainsKey);
        var sorted = ImmutableArray.CreateBuilder<Node>(graph.Nodes.Length);
        var ready = new Queue<Node>(graph.Nodes.Where(n => missing[n] == 0));
        while (ready.TryDequeue(out var node))
        {
            sorted.Add(node);
            foreach (var reader in node.Outputs.Where(o => o.Length > 0).SelectMany(o => readers[o]))
                if (--missing[reader] == 0) ready.Enqueue(reader);
        }

        return sorted.Count == graph.Nodes.Length
            ? sorted.ToImmutable()
            : throw Error(
                $"has the node {graph.Nodes.First(n => missing[n] > 0).Label}, which needs what is made from its own output; it is damaged");
    }

    private UserErrorException Error(string what) => new(UserErrorKind.Model, $"'{source}' {what}, export it again");
}
