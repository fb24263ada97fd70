using System.Collections.Frozen;
using CPrune.Graph;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Computes one output of a node from its inputs, so that gradients flow.</summary>
internal delegate TorchTensor TorchOperator(NodeCall call);

/// <summary>The operators training knows, by ONNX name; one file a family.</summary>
internal static class TorchOperators
{
    private static readonly FrozenDictionary<string, TorchOperator> All =
        new[] { Convolutions.Operators, Normalizations.Operators, Activations.Operators, Poolings.Operators, DenseLayers.Operators, Arithmetic.Operators, ShapeOperators.Operators }
            .SelectMany(family => family).ToFrozenDictionary(StringComparer.Ordinal);

    public static TorchOperator? OrNull(Node node) =>
        node.Domain is "" or "ai.onnx" ? All.GetValueOrDefault(node.OpType) : null;

    /// <summary>How many of a node's outputs are computed: what comes after the first, such as a dropout's mask, is of no use unless it is a part.</summary>
    public static int OutputsOf(Node node) => node.OpType == "Split" ? node.Outputs.Length : 1;
}
