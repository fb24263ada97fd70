using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CPrune.Graph;
using CPrune.Training.Modules.Operators;
using TorchSharp;
using TorchSharp.Modules;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules;

/// <summary>
/// A graph as something torch can train: its weights as parameters, batch norm's running statistics as buffers, its nodes interpreted one by one. A softmax at
/// the end is left out, because losses and comparisons want the scores before it.
/// </summary>
internal sealed class GraphModule : IDisposable
{
    private readonly ModelGraph _graph;
    private readonly GraphWeights _weights;
    private readonly Dictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TorchTensor> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _lastUse = new(StringComparer.Ordinal);
    private readonly HashSet<string> _rectified;
    private readonly HashSet<string> _ofImages;
    private readonly Node? _softmaxAtTheEnd;

    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: a node that training does not know.</exception>
    public GraphModule(ModelGraph graph)
    {
        _graph = graph;
        _weights = new(graph);
        _softmaxAtTheEnd = ScoresBeforeSoftmax.FindSoftmax(graph);
        _rectified = RectifiedNorms.Of(graph);
        _ofImages = [graph.Input.Name];
        foreach (var node in graph.Nodes.Where(n => n.Inputs.Any(_ofImages.Contains))) _ofImages.UnionWith(node.Outputs);
        if (graph.Nodes.FirstOrDefault(n => !GraphWeights.IsConstant(n) && TorchOperators.OrNull(n) is null) is { } unknown)
            throw new UserErrorException(UserErrorKind.Model, $"{unknown.Label} cannot be trained: training does not know this operator.");
        foreach (var (name, value) in _weights.Constants) Add(name, value);
        for (var i = 0; i < graph.Nodes.Length; i++)
            foreach (var input in graph.Nodes[i].Inputs) _lastUse[input] = i;
        foreach (var output in graph.Outputs) _lastUse[output.Name] = int.MaxValue;
    }

    public IReadOnlyCollection<Parameter> Parameters => _parameters.Values;

    /// <summary>By the name of the constant.</summary>
    public IReadOnlyDictionary<string, Parameter> ParametersByName => _parameters;

    /// <summary>The batch size that the file was exported for; null when it is open.</summary>
    public int? ExportedBatch => _graph.Input.Shape is [{ Value: { } batch }, ..] ? batch : null;

    /// <summary>Scores before any softmax, N × classes, for an N × C × H × W input.</summary>
    /// <param name="inputs">Keeps what layers read; null to keep nothing.</param>
    public TorchTensor Scores(TorchTensor input, ForwardPass pass, LayerInputs? inputs = null)
    {
        var values = new Dictionary<string, TorchTensor>(_constants, StringComparer.Ordinal) { [_graph.Input.Name] = input };
        for (var i = 0; i < _graph.Nodes.Length; i++)
        {
            var node = _graph.Nodes[i];
            if (GraphWeights.IsConstant(node)) continue;
            inputs?.Note(node, values);
            for (var output = 0; output < TorchOperators.OutputsOf(node); output++)
                values[node.Outputs[output]] = Run(new NodeCall(node, output, this, values, pass));
            Release(node, i, values, input);
        }

        var scores = values[_graph.Output.Name].to(torch.ScalarType.Float32);
        return scores.shape.Length == 2 ? scores : scores.reshape(input.shape[0], -1);
    }

    /// <summary>The value is a batch norm's, and only a ReLU reads it.</summary>
    public bool IsRectified(string value) => _rectified.Contains(value);

    public bool IsConstant(string value) => _constants.ContainsKey(value);

    /// <summary>The value is computed from the images, so that its first axis may be the batch.</summary>
    public bool IsOfImages(string value) => _ofImages.Contains(value);

    /// <summary>The graph with the weights and statistics as they are now.</summary>
    public ModelGraph ToGraph() => _weights.With(_weights.Roles.Keys.ToDictionary(
        name => name,
        name => Tensor.Of(_constants[name].data<float>().ToArray(), _constants[name].shape.Select(e => (int)e).ToImmutableArray()),
        StringComparer.Ordinal));

    public void Dispose()
    {
        foreach (var tensor in _constants.Values) tensor.Dispose();
    }

    private TorchTensor Run(NodeCall call)
    {
        if (ReferenceEquals(call.Node, _softmaxAtTheEnd)) return call.Input(0).alias();
        try
        {
            var plain = TorchOperators.OrNull(call.Node)!;
            return call.Pass.PropagatesRelevance ? RelevanceRules.Apply(call, plain) : plain(call);
        }
        catch (ExternalException error)
        {
            throw new UserErrorException(UserErrorKind.Model, $"{call.Node.Label} cannot be computed: {error.Message.Split('\n')[0]}", error);
        }
    }

    /// <summary>Gives back what no later node reads; what gradients need, torch itself holds on to.</summary>
    private void Release(Node node, int position, Dictionary<string, TorchTensor> values, TorchTensor input)
    {
        foreach (var name in node.Inputs.Distinct())
        {
            if (name.Length == 0 || _lastUse[name] > position || _constants.ContainsKey(name)) continue;
            if (values.Remove(name, out var value) && !ReferenceEquals(value, input)) value.Dispose();
        }
    }

    private void Add(string name, Tensor value)
    {
        if (value.Type is not (ElementType.Float32 or ElementType.Int64)) return; // Named by the node that reads it, if any does.
        long[] shape = [.. value.Shape.Select(e => (long)e)];
        var tensor = value.Type == ElementType.Float32
            ? torch.tensor(value.Floats.ToArray(), shape)
            : torch.tensor(value.Longs.ToArray(), shape);
        if (_weights.Roles.TryGetValue(name, out var role) && role == WeightRole.Parameter) tensor = _parameters[name] = new Parameter(tensor);
        // The module's tensors outlive any scope of a training step.
        _constants[name] = tensor.DetachFromDisposeScope();
    }
}
