using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs;

/// <summary>The part of a rewritten graph that its first output depends on, with the shapes of batch 1 and the flow of data between nodes.</summary>
internal sealed class LiveGraph
{
    private readonly ModelGraph _graph;
    private readonly KnownValues _known;
    private readonly IReadOnlyDictionary<string, Node> _producers;
    private readonly ILookup<string, Node> _consumers;
    private readonly Dictionary<Node, int> _positions = new(ReferenceEqualityComparer.Instance);

    public LiveGraph(ModelGraph graph)
    {
        _graph = graph;
        _known = KnownValues.Of(graph, batch: 1);
        _producers = graph.Producers();
        Nodes = Reaching(graph.Output.Name);
        for (var i = 0; i < Nodes.Length; i++) _positions[Nodes[i]] = i;
        _consumers = Nodes.SelectMany(n => DataInputs(n).Select(i => (Value: i, Node: n)))
            .ToLookup(p => p.Value, p => p.Node, StringComparer.Ordinal);
    }

    /// <summary>In topological order.</summary>
    public ImmutableArray<Node> Nodes { get; }

    public string Input => _graph.Input.Name;

    public string Output => _graph.Output.Name;

    /// <summary>The node with what is known of its inputs, for resolving its attributes.</summary>
    public OperatorCall CallOf(Node node) => _known.Call(node);

    public Node? ProducerOf(string value) => _producers.GetValueOrDefault(value);

    /// <summary>The nodes that read a value; a node that reads it twice is listed twice.</summary>
    public IEnumerable<Node> ConsumersOf(string value) => _consumers[value];

    /// <summary>A node's place in <see cref="Nodes"/>.</summary>
    public int PositionOf(Node node) => _positions[node];

    public ImmutableArray<int> ShapeOf(string value) => _known.Shape(value);

    /// <summary>Null for a value of another shape, and for what is no value of the graph.</summary>
    public ActivationExtents? ExtentsOrNull(string value) => _known.ShapeOrNull(value) is { } shape ? ActivationExtents.Of(shape) : null;

    /// <exception cref="UserErrorException">The value is no image activation of batch 1.</exception>
    public ActivationExtents ExtentsOf(string value, Node node) => ExtentsOrNull(value) ?? throw Unsupported.Node(
        node, $"it works on '{value}' of shape {Shapes.Text(_known.Shape(value))}, and only [1,C,H,W] and [1,C] are laid out");

    public Tensor? ConstantOrNull(string? value) => _known.ConstantOrNull(value);

    /// <summary>The constant that input <paramref name="index"/> of a node must be.</summary>
    /// <exception cref="UserErrorException">The input is absent or computed.</exception>
    public Tensor Constant(Node node, int index) => ConstantOrNull(node.InputOrNull(index)) ?? throw Unsupported.Node(
        node, $"its input {index} is not a constant");

    /// <summary>The inputs a node takes activations from: neither constants nor shapes, bounds and axes.</summary>
    public IEnumerable<string> DataInputs(Node node)
    {
        var inputs = node.OpType is "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Slice" or "Pad" or "Clip" or "ReduceMean" or "Split"
            ? node.Inputs.Take(1)
            : node.Inputs;
        return inputs.Where(i => i.Length > 0 && ConstantOrNull(i) is null);
    }

    private ImmutableArray<Node> Reaching(string output)
    {
        var wanted = new HashSet<string>(StringComparer.Ordinal) { output };
        var live = new Stack<Node>();
        foreach (var node in _graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(wanted.Contains)) continue;
            live.Push(node);
            wanted.UnionWith(DataInputs(node));
        }

        return [.. live];
    }
}

/// <summary>The one sentence for what the compiler cannot do.</summary>
internal static class Unsupported
{
    public static UserErrorException Node(Node node, string reason) =>
        new(UserErrorKind.Model, $"{node.Label} cannot be compiled yet: {reason}");
}
