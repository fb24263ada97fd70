using CPrune.Graph;

namespace CPrune.Training.Modules;

/// <summary>What a constant is to training.</summary>
internal enum WeightRole
{
    /// <summary>Learned by gradient descent.</summary>
    Parameter,

    /// <summary>A running statistic of batch norm: re-estimated, never learned.</summary>
    Statistic,
}

/// <summary>
/// The constants of a graph that training changes, by the name of the initializer (or of the <c>Constant</c> node's output) that holds them. Exporters put
/// <c>Identity</c> nodes between shared weights and their readers; those are looked through.
/// </summary>
internal sealed class GraphWeights
{
    private readonly ModelGraph _graph;
    private readonly IReadOnlyDictionary<string, Node> _producers;
    private readonly Dictionary<string, WeightRole> _roles = new(StringComparer.Ordinal);

    public GraphWeights(ModelGraph graph)
    {
        _graph = graph;
        _producers = graph.Producers();
        foreach (var node in graph.Nodes)
            foreach (var (input, role) in RolesOf(node))
                if (node.InputOrNull(input) is { } name && SourceOf(name) is { } source && ConstantOrNull(source)?.Type == ElementType.Float32)
                    _roles[source] = role;
    }

    /// <summary>Role by name of the constant.</summary>
    public IReadOnlyDictionary<string, WeightRole> Roles => _roles;

    /// <summary>Every constant of the graph, learned or not, by name.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Constants =>
        _graph.Initializers.Concat(_graph.Nodes.Where(IsConstant).Select(n => KeyValuePair.Create(n.Output, ValueOf(n))));

    /// <summary>The graph with other values for some constants.</summary>
    public ModelGraph With(IReadOnlyDictionary<string, Tensor> values)
    {
        var graph = _graph.WithInitializers(values.Where(v => _graph.Initializers.ContainsKey(v.Key)));
        return graph with
        {
            Nodes = [.. graph.Nodes.Select(n => IsConstant(n) && values.TryGetValue(n.Output, out var value) ? n.With("value", new AttributeValue.TensorValue(value)) : n)],
        };
    }

    public static bool IsConstant(Node node) => node.OpType == "Constant";

    /// <summary>The tensor of a <c>Constant</c> node.</summary>
    public static Tensor ValueOf(Node node) => node.Attributes.Values.FirstOrDefault() switch
    {
        AttributeValue.TensorValue a => a.Value,
        AttributeValue.Int a => Tensor.Of([a.Value]),
        AttributeValue.Ints a => Tensor.Of([.. a.Values], a.Values.Length),
        AttributeValue.Float a => Tensor.Of([a.Value]),
        AttributeValue.Floats a => Tensor.Of([.. a.Values], a.Values.Length),
        _ => throw new UserErrorException(UserErrorKind.Model, $"{node.Label} holds a value that training cannot read; a tensor or numbers are needed."),
    };

    private IEnumerable<(int Input, WeightRole Role)> RolesOf(Node node) => node.OpType switch
    {
        "Conv" or "Gemm" => [(1, WeightRole.Parameter), (2, WeightRole.Parameter)],
        "MatMul" => [(0, WeightRole.Parameter), (1, WeightRole.Parameter)],
        "PRelu" => [(1, WeightRole.Parameter)],
        "BatchNormalization" =>
            [(1, WeightRole.Parameter), (2, WeightRole.Parameter), (3, WeightRole.Statistic), (4, WeightRole.Statistic)],
        // A bias that the exporter left beside its layer. Other constant operands (an input's mean, a scale) are part of the model's definition.
        "Add" when node.Inputs.Any(i => _producers.GetValueOrDefault(i)?.OpType is "MatMul" or "Conv" or "Gemm") =>
            [(0, WeightRole.Parameter), (1, WeightRole.Parameter)],
        _ => [],
    };

    private string SourceOf(string name)
    {
        while (_producers.GetValueOrDefault(name) is { OpType: "Identity" } identity) name = identity.Inputs[0];
        return name;
    }

    private Tensor? ConstantOrNull(string name) =>
        _graph.InitializerOrNull(name) ?? (_producers.GetValueOrDefault(name) is { } node && IsConstant(node) ? ValueOf(node) : null);
}
