using CPrune.Graph;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules;

/// <summary>Keeps what some layers read in one pass of a module.</summary>
internal sealed class LayerInputs(IReadOnlySet<string> layers)
{
    private readonly Dictionary<string, TorchTensor> _inputs = new(StringComparer.Ordinal);

    /// <summary>The first input of a layer, N × C × H × W or N × C. It lives as long as the caller's scope.</summary>
    /// <exception cref="KeyNotFoundException">No such layer was asked for, or the module has none.</exception>
    public TorchTensor Of(string layer) => _inputs[layer];

    public void Note(Node node, IReadOnlyDictionary<string, TorchTensor> values)
    {
        if (layers.Contains(node.Name)) _inputs[node.Name] = values[node.Inputs[0]].alias();
    }
}
