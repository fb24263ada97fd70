using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Pruning.Groups;

/// <summary>
/// The constants of a graph under one roof: initializers, <c>Constant</c> nodes, <c>Identity</c> nodes of those (which exporters write for shared parameters), and
/// small ones that other nodes compute from constants alone, as exporters leave them that fold none. What is read off the shape of a value is none of them.
/// </summary>
internal sealed class ConstantTable
{
    private readonly Dictionary<string, string> _roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<Node> _computing = [];

    public ConstantTable(ModelGraph graph)
    {
        foreach (var (name, tensor) in graph.Initializers) Add(name, tensor);
        var computed = KnownValues.AsFarAsKnown(graph with { Inputs = [] });
        foreach (var node in graph.Nodes)
        {
            if (TensorOfConstantNode(node) is { } tensor) Add(node.Output, tensor);
            else if (node.OpType == "Identity" && node.Domain.Length == 0 && RootOf(node.InputOrNull(0)) is { } root) _roots[node.Output] = root;
            else if (ReadsConstants(node) && computed.ConstantOrNull(node.Output) is { } value)
            {
                Add(node.Output, value);
                _computing.Add(node);
            }
        }
    }

    /// <summary>The name under which the constant is stored or computed, or null when the value is not a constant.</summary>
    public string? RootOf(string? name) => name is null ? null : _roots.GetValueOrDefault(name);

    public Tensor? TensorOf(string? name) => RootOf(name) is { } root ? _tensors[root] : null;

    /// <summary>What nodes compute directly from some constants, given by root name, by root name; without those that are among the given ones themselves.</summary>
    public Dictionary<string, Tensor> ComputedFrom(IReadOnlyDictionary<string, Tensor> constants) => _computing
        .Where(n => !constants.ContainsKey(n.Output) && n.Inputs.Any(i => RootOf(i) is { } root && constants.ContainsKey(root)))
        .ToDictionary(n => n.Output, n => _tensors[n.Output], StringComparer.Ordinal);

    private bool ReadsConstants(Node node) => node is { Inputs.Length: > 0, Outputs.Length: 1 } && node.Inputs.All(i => i.Length == 0 || RootOf(i) is not null);

    /// <summary>The value of a <c>Constant</c> node, in whichever attribute it stands; null for any other node.</summary>
    private static Tensor? TensorOfConstantNode(Node node) =>
        node is not { OpType: "Constant", Domain: "" } ? null : node.Attributes.Values.FirstOrDefault() switch
        {
            AttributeValue.TensorValue value => value.Value,
            AttributeValue.Int value => Tensor.Of([value.Value], ImmutableArray<int>.Empty),
            AttributeValue.Float value => Tensor.Of([value.Value], ImmutableArray<int>.Empty),
            AttributeValue.Ints value => Tensor.Of(value.Values.ToArray(), value.Values.Length),
            AttributeValue.Floats value => Tensor.Of(value.Values.ToArray(), value.Values.Length),
            _ => null,
        };

    private void Add(string name, Tensor tensor)
    {
        _roots[name] = name;
        _tensors[name] = tensor;
    }
}
