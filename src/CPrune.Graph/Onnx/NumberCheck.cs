using System.Globalization;
using CPrune.Graph.Operators;

namespace CPrune.Graph.Onnx;

/// <summary>
/// Refuses constants that no image can be answered with: weights that are no numbers, negative variances, layers without filters. A single
/// infinite number may be a bound, as of <c>Clip</c>.
/// </summary>
internal sealed class NumberCheck(string source)
{
    private static readonly ElementType[] s_weights = [ElementType.Float32, ElementType.Float16, ElementType.Float64, ElementType.BFloat16];

    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>, with the constant's name.</exception>
    public void Check(ModelGraph graph)
    {
        foreach (var (name, tensor) in graph.Initializers) CheckNumbers(name, tensor);
        var constants = new Dictionary<string, Tensor>(graph.Initializers, StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(n => n.OpType == "Constant" && n.Outputs.Length == 1))
        {
            if (node.Attributes.GetValueOrDefault("value") is not AttributeValue.TensorValue { Value: var tensor }) continue;
            CheckNumbers(node.Output, tensor);
            constants[node.Output] = tensor;
        }

        foreach (var node in graph.Nodes) CheckNode(node, constants);
    }

    private void CheckNumbers(string name, Tensor tensor)
    {
        if (tensor.Type != ElementType.Float32) return;
        var at = tensor.Floats.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        if (at < 0 || (tensor.Count == 1 && !float.IsNaN(tensor.Floats[at]))) return;
        var kind = float.IsNaN(tensor.Floats[at]) ? "is not a number" : "is infinite";
        throw Error($"the constant '{name}' holds an element that {kind} (number {at} of {tensor.Count}); the training went wrong, or the file is damaged");
    }

    private void CheckNode(Node node, Dictionary<string, Tensor> constants)
    {
        if (node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "BatchNormalization")
        {
            foreach (var name in node.Inputs.Where(constants.ContainsKey))
            {
                var weight = constants[name];
                if (weight.Count == 0) throw Error($"the constant '{name}' of {node.Label} has no elements ({Shapes.Text(weight.Shape)}); a layer needs a filter at least");
                if (!s_weights.Contains(weight.Type)) throw Error($"the constant '{name}' of {node.Label} holds {weight.Type}; the weights of a layer are floats");
            }
        }

        if (node.OpType != "BatchNormalization" || node.InputOrNull(4) is not { } variance || !constants.TryGetValue(variance, out var values)) return;
        if (values.Type != ElementType.Float32) return;
        var epsilon = BatchNormAttributes.Epsilon(node);
        foreach (var value in values.Floats)
        {
            if (value + epsilon > 0) continue;
            throw Error(string.Create(
                CultureInfo.InvariantCulture,
                $"the constant '{variance}' of {node.Label} holds the variance {value:G4}, and none is below 0; the training went wrong, or the file is damaged"));
        }
    }

    private UserErrorException Error(string what) => new(UserErrorKind.Model, $"'{source}': {what}");
}
