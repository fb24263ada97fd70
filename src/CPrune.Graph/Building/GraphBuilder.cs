using System.Collections.Immutable;

namespace CPrune.Graph.Building;

/// <summary>
/// Builds graphs layer by layer, with seeded He-initialised weights: the network zoo and random test graphs are made with it. Every method adds a
/// node and returns the name of its output; a node's name is also the prefix of its initializers, as in <c>conv1.weight</c>.
/// </summary>
public sealed partial class GraphBuilder
{
    private readonly string _graphName;
    private readonly Random _random;
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _initializers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<int>> _shapes = new(StringComparer.Ordinal);
    private readonly List<ValueInfo> _inputs = [];

    public GraphBuilder(string graphName, int seed)
    {
        _graphName = graphName;
        _random = new Random(seed);
    }

    /// <summary>The shape of a value for batch 1, for example <c>[1,64,8,8]</c>.</summary>
    public ImmutableArray<int> ShapeOf(string value) => _shapes[value];

    /// <summary>An image input <c>[N,channels,height,width]</c>.</summary>
    public string Input(int channels, int height, int width, string name = "input")
    {
        _inputs.Add(new ValueInfo(name, ElementType.Float32, [new Dimension(null, "N"), channels, height, width]));
        _shapes[name] = [1, channels, height, width];
        return name;
    }

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant(string name, Tensor value)
    {
        _initializers.Add(name, value);
        _shapes[name] = value.Shape;
        return name;
    }

    /// <summary>Adds any node; the caller says what shape its first output has for batch 1.</summary>
    public string Node(
        string opType, IEnumerable<string> inputs, ImmutableArray<int> outputShape, string? name = null, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes)
    {
        name ??= $"{opType.ToLowerInvariant()}{_nodes.Count}";
        var node = new Node { Name = name, OpType = opType, Inputs = [.. inputs], Outputs = [$"{name}.out"] };
        foreach (var (attribute, value) in attributes) node = node.With(attribute, value);
        _nodes.Add(node);
        _shapes[node.Output] = outputShape;
        return node.Output;
    }

    /// <summary>The graph with the given outputs; the first one is the classifier's scores.</summary>
    public ModelGraph Build(params ReadOnlySpan<string> outputs)
    {
        var infos = ImmutableArray.CreateBuilder<ValueInfo>();
        foreach (var output in outputs)
        {
            var extents = _shapes[output].Skip(1).Select(e => (Dimension)e);
            infos.Add(new ValueInfo(output, ElementType.Float32, [new Dimension(null, "N"), .. extents]));
        }

        return new ModelGraph
        {
            Name = _graphName,
            Inputs = [.. _inputs],
            Outputs = infos.ToImmutable(),
            Nodes = [.. _nodes],
            Initializers = _initializers.ToImmutableSortedDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>Normally distributed values with the given standard deviation (Box–Muller).</summary>
    public Tensor Normal(double deviation, params ReadOnlySpan<int> shape)
    {
        ImmutableArray<int> extents = [.. shape];
        var values = new float[Shapes.Count(extents)];
        for (var i = 0; i < values.Length; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            values[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
        }

        return Tensor.Of(values, extents);
    }

    /// <summary>Uniformly distributed values.</summary>
    public Tensor Uniform(double low, double high, params ReadOnlySpan<int> shape)
    {
        ImmutableArray<int> extents = [.. shape];
        var values = new float[Shapes.Count(extents)];
        for (var i = 0; i < values.Length; i++) values[i] = (float)(low + ((high - low) * _random.NextDouble()));
        return Tensor.Of(values, extents);
    }

    private static AttributeValue.Ints Ints(params ReadOnlySpan<int> values)
    {
        var wide = ImmutableArray.CreateBuilder<long>(values.Length);
        foreach (var value in values) wide.Add(value);
        return new AttributeValue.Ints(wide.ToImmutable());
    }

    private static AttributeValue.Int Int(int value) => new(value);
}
