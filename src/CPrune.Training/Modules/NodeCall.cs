using CPrune.Graph;
using CPrune.Training.Recipes;
using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules;

/// <summary>One output of a node with the values the node reads: what an operator is given.</summary>
internal sealed class NodeCall(Node node, int output, GraphModule module, IReadOnlyDictionary<string, TorchTensor> values, ForwardPass pass)
{
    private readonly Dictionary<int, TorchTensor?> _replaced = [];

    public Node Node => node;

    /// <summary>Which of the node's outputs is asked for.</summary>
    public int Output => output;

    public ForwardPass Pass => pass;

    public GraphModule Module => module;

    /// <summary>A batch norm's output is wanted as the ReLU behind it, its only reader, will make it.</summary>
    public bool IsRectified => pass.RectifiesNorms && module.IsRectified(node.Output);

    /// <summary>A ReLU's input has passed through one already.</summary>
    public bool InputIsRectified => pass.RectifiesNorms && module.IsRectified(node.Inputs[0]);

    public int InputCount => node.Inputs.Length;

    public TorchTensor Input(int index) => OptionalInput(index) ?? throw Unsupported($"its input {index} is missing");

    public TorchTensor? OptionalInput(int index) => Given(index) is { } value ? InPrecision(value) : null;

    /// <summary>The input is a weight or another constant of the model.</summary>
    public bool IsConstant(int index) => node.InputOrNull(index) is { } name && module.IsConstant(name);

    /// <summary>The same call with other values in some places; null for an input that is left out.</summary>
    public NodeCall With(params ReadOnlySpan<(int Index, TorchTensor? Value)> inputs)
    {
        var call = new NodeCall(node, output, module, values, pass);
        foreach (var (index, value) in inputs) call._replaced[index] = value;
        return call;
    }

    /// <summary>Integers given as an attribute (older operator sets) or as an input; null if neither is there.</summary>
    public long[]? OptionalLongs(int index, string attribute) =>
        OptionalInput(index)?.data<long>().ToArray() ?? node.IntsOrNull(attribute)?.Select(i => (long)i).ToArray();

    public long[] Longs(int index, string attribute) => OptionalLongs(index, attribute) ?? throw Unsupported($"its '{attribute}' is missing");

    /// <summary>A number given as an input (newer operator sets) or as an attribute.</summary>
    public float Number(int index, string attribute, float otherwise) =>
        Given(index) is { } tensor ? Scalars.Read(tensor) : node.Float(attribute, otherwise);

    private TorchTensor? Given(int index) => _replaced.TryGetValue(index, out var other) ? other : node.InputOrNull(index) is { } name
        ? values.GetValueOrDefault(name) ?? throw Unsupported($"nothing of a known type makes its input '{name}'")
        : null;

    /// <summary>Batch norm takes the statistics and its scale in 32 bits whatever the values are in. Rows of numbers that are no bias may be extents, which bfloat16 would round.</summary>
    private TorchTensor InPrecision(TorchTensor value) =>
        pass.Precision == TrainingPrecision.BFloat16 && value.dtype == torch.ScalarType.Float32 && node.OpType != "BatchNormalization" && (value.dim() > 1 || value.requires_grad)
            ? value.to(torch.ScalarType.BFloat16)
            : value;

    /// <summary>The node cannot be trained, and why.</summary>
    public UserErrorException Unsupported(string reason) => new(UserErrorKind.Model, $"{node.Label} cannot be trained: {reason}.");
}
