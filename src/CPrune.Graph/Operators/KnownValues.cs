using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>
/// What can be said about a graph's values before any image is seen: every shape, and the constants, including those that nodes
/// make from constants and shapes (as exporters write them around Reshape).
/// </summary>
public sealed class KnownValues
{
    /// <summary>Shape arithmetic is small; folding weights is a rewrite's business.</summary>
    private const int SmallConstant = 4096;

    private readonly Dictionary<string, Argument> _values;
    private readonly long _opset;
    private readonly int _largestConstant;
    private readonly bool _asLargeAsInputs;

    private KnownValues(long opset, int largestConstant, bool asLargeAsInputs, IEnumerable<KeyValuePair<string, Tensor>> initializers)
    {
        _opset = opset;
        (_largestConstant, _asLargeAsInputs) = (largestConstant, asLargeAsInputs);
        _values = initializers.ToDictionary(i => i.Key, i => Argument.Of(i.Value), StringComparer.Ordinal);
    }

    /// <summary>Knows the shape of every value of <paramref name="graph"/>; a symbolic first extent of an input becomes <paramref name="batch"/>.</summary>
    /// <param name="largestConstant">Values of more elements than this are not computed, only their shapes.</param>
    /// <param name="asLargeAsInputs">But those are which have no more elements than what they are computed from: weights.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: an unknown operator, or shapes that do not fit.</exception>
    public static KnownValues Of(ModelGraph graph, int batch = 1, int largestConstant = SmallConstant, bool asLargeAsInputs = false)
    {
        var known = new KnownValues(graph.Opset, largestConstant, asLargeAsInputs, graph.Initializers);
        foreach (var input in graph.Inputs) known._values[input.Name] = new Argument(input.Concrete(batch));
        foreach (var node in graph.Nodes) known.Add(node);
        return known;
    }

    /// <summary>As <see cref="Of"/>, but of a model of which something is not supported: only that, and what depends on it, is unknown.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: an input without a shape.</exception>
    public static KnownValues AsFarAsKnown(ModelGraph graph, int batch = 1)
    {
        var known = new KnownValues(graph.Opset, SmallConstant, asLargeAsInputs: false, graph.Initializers);
        foreach (var input in graph.Inputs) known._values[input.Name] = new Argument(input.Concrete(batch));
        foreach (var node in graph.Nodes.Where(n => n.Inputs.All(i => i.Length == 0 || known._values.ContainsKey(i)))) known.TryAdd(node);
        return known;
    }

    public IReadOnlyDictionary<string, ImmutableArray<int>> Shapes =>
        _values.ToDictionary(v => v.Key, v => v.Value.Shape, StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">No input, initializer or node makes <paramref name="value"/>.</exception>
    public ImmutableArray<int> Shape(string value) => _values[value].Shape;

    /// <summary>Null for what is no value of the graph.</summary>
    public ImmutableArray<int>? ShapeOrNull(string value) => _values.GetValueOrDefault(value)?.Shape;

    /// <summary>The value itself, where it does not depend on the image.</summary>
    public Tensor? ConstantOrNull(string? value) => value is null ? null : _values.GetValueOrDefault(value)?.Value;

    /// <summary>The node with what is known of its inputs: what the attribute records (such as <c>SliceAttributes</c>) are resolved from.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: the node reads a value that nothing before it makes.</exception>
    public OperatorCall Call(Node node) => OperatorCall.Of(node, _opset, _values);

    private void Add(Node node)
    {
        var call = Call(node);
        var operation = OperatorCatalog.Find(node);
        var shapes = ShapesOf(operation, call);
        var isKnown = (!operation.ReadsValues || call.Inputs.All(i => i is null or { Value: not null }))
            && shapes.Sum(s => (long)Graph.Shapes.Count(s)) <= MostElements(call);
        var outputs = isKnown ? operation.Evaluate(call).Select(Argument.Of) : shapes.Select(s => new Argument(s));
        foreach (var (name, output) in node.Outputs.Zip(outputs))
            if (name.Length > 0) _values[name] = output;
    }

    private long MostElements(OperatorCall call) =>
        _asLargeAsInputs ? Math.Max(_largestConstant, call.Inputs.Sum(i => i is null ? 0L : Graph.Shapes.Count(i.Shape))) : _largestConstant;

    private void TryAdd(Node node)
    {
        try
        {
            Add(node);
        }
        catch (UserErrorException)
        {
            // Its outputs stay unknown, which is the answer.
        }
    }

    private static ImmutableArray<ImmutableArray<int>> ShapesOf(IOperator operation, OperatorCall call)
    {
        try
        {
            var shapes = operation.Shapes(call);
            foreach (var shape in shapes) Graph.Shapes.Count(shape);
            return shapes;
        }
        catch (OverflowException e)
        {
            throw new UserErrorException(
                UserErrorKind.Model, $"{call.Node.Label} has numbers too large for any tensor; the file is damaged, export it again", e);
        }
    }
}
