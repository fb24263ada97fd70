using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups;

/// <summary>
/// The constants of a graph under one roof: initializers, <c>Constant</c> nodes, and <c>Identity</c> nodes of those (which exporters write
/// for shared parameters).
/// </summary>
internal sealed class ConstantTable
{
    private readonly Dictionary<string, string> _roots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    public ConstantTable(ModelGraph graph)
    {
        foreach (var (name, tensor) in graph.Initializers) Add(name, tensor);
        foreach (var node in graph.Nodes)
        {
            if (TensorOfConstantNode(node) is { } tensor) Add(node.Output, tensor);
            else if (node.OpType == "Identity" && node.Domain.Length == 0 && RootOf(node.InputOrNull(0)) is { } root) _roots[node.Output] = root;
        }
    }

    /// <summary>The name under which the constant is stored, or null when the value is not a constant.</summary>
    public string? RootOf(string? name) => name is null ? null : _roots.GetValueOrDefault(name);

    public Tensor? TensorOf(string? name) => RootOf(name) is { } root ? _tensors[root] : null;

    /// <summary>The elements of a small integer constant such as axes or a shape, or null.</summary>
    public long[]? LongsOf(string? name) => TensorOf(name) is { Type: ElementType.Int64 } tensor ? tensor.Longs.ToArray() : null;

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
