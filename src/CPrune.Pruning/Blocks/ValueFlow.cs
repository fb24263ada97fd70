using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Blocks;

/// <summary>Which values of a graph are computed from which. Nodes are identified by their first output.</summary>
internal sealed class ValueFlow(ModelGraph graph)
{
    private readonly ConstantTable _constants = new(graph);
    private readonly ILookup<string, Node> _consumers = graph.Consumers();
    private readonly IReadOnlyDictionary<string, Node> _producers = graph.Producers();
    private readonly HashSet<string> _outputs = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);

    public bool IsConstant(string value) => _constants.RootOf(value) is not null;

    /// <summary>The nodes that would have no reader left if <paramref name="reader"/> did not read <paramref name="value"/>, in graph order.</summary>
    public ImmutableArray<Node> ServingOnly(string value, Node reader)
    {
        var serving = new HashSet<string>(StringComparer.Ordinal);
        var found = new List<Node>();
        for (var i = graph.Nodes.IndexOf(reader) - 1; i >= 0; i--)
        {
            var node = graph.Nodes[i];
            var values = node.Outputs.Where(o => o.Length > 0).ToList();
            if (!values.Any(o => o == value || _consumers[o].Any()) || values.Any(IsOtherwiseRead)) continue;
            serving.Add(node.Output);
            found.Add(node);
        }

        found.Reverse();
        return [.. found];

        bool IsOtherwiseRead(string output) =>
            _outputs.Contains(output) || _consumers[output].Any(c => !serving.Contains(c.Output) && !(output == value && c.Output == reader.Output));
    }

    /// <summary>The values, constants aside, that a set of nodes reads but does not make.</summary>
    public ImmutableArray<string> Entries(ImmutableArray<Node> nodes)
    {
        var made = nodes.SelectMany(n => n.Outputs).ToHashSet(StringComparer.Ordinal);
        return [.. nodes.SelectMany(n => n.Inputs).Where(i => i.Length > 0 && !made.Contains(i) && !IsConstant(i)).Distinct(StringComparer.Ordinal)];
    }

    public bool IsComputedFrom(string value, string source)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([value]);
        while (open.TryPop(out var current))
        {
            if (current == source) return true;
            if (!seen.Add(current) || !_producers.TryGetValue(current, out var producer)) continue;
            foreach (var input in producer.Inputs) open.Push(input);
        }

        return false;
    }

    /// <summary>Places of the windows of all convolutions among some nodes.</summary>
    public long TapsOf(ImmutableArray<string> nodes) =>
        nodes.Select(n => _producers[n]).Where(n => n.OpType == "Conv").Select(n => _constants.TensorOf(n.InputOrNull(1))).OfType<Tensor>()
            .Sum(weight => (long)Shapes.Count(weight.Shape[2..]));
}
