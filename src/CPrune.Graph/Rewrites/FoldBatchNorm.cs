using System.Collections.Immutable;

namespace CPrune.Graph.Rewrites;

/// <summary>
/// Folds a batch norm into the convolution or dense layer whose only reader it is: the filter is scaled by γ/√(σ²+ε), the bias becomes
/// β + (bias − μ)·γ/√(σ²+ε). The layer then makes the batch norm's output.
/// </summary>
internal static class FoldBatchNorm
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        var consumers = graph.Consumers();
        var producers = graph.Producers();
        var outputs = graph.Outputs.Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        var replaced = new Dictionary<string, Node>(StringComparer.Ordinal);
        var folded = new HashSet<string>(StringComparer.Ordinal);
        var initializers = graph.Initializers.ToBuilder();
        foreach (var norm in graph.Nodes.Where(n => n.OpType == "BatchNormalization"))
        {
            if (!producers.TryGetValue(norm.Inputs[0], out var layer) || outputs.Contains(layer.Output) || consumers[layer.Output].Count() != 1) continue;
            if (AffineNorm.Of(graph, norm) is not { } affine || FilterAxis(layer) is not { } axis) continue;
            if (graph.InitializerOrNull(layer.InputOrNull(1)) is not { Type: ElementType.Float32 } weight || weight.Shape[axis] != affine.Scale.Length) continue;
            if (layer.InputOrNull(2) is { } name && graph.InitializerOrNull(name)?.Count != affine.Scale.Length) continue;

            var (weightName, biasName) = ($"{layer.Name}.folded.weight", $"{layer.Name}.folded.bias");
            initializers[weightName] = ScaleFilters(weight, axis, affine.Scale);
            initializers[biasName] = Tensor.Of(ShiftBias(graph.InitializerOrNull(layer.InputOrNull(2)), affine), affine.Scale.Length);
            replaced[layer.Name] = layer with { Inputs = [layer.Inputs[0], weightName, biasName], Outputs = [norm.Output] };
            folded.Add(norm.Name);
        }

        var nodes = graph.Nodes.Where(n => !folded.Contains(n.Name)).Select(n => replaced.GetValueOrDefault(n.Name, n));
        return graph with { Nodes = [.. nodes], Initializers = initializers.ToImmutable() };
    }

    /// <summary>The weight's axis of filters; null for what cannot be folded into.</summary>
    private static int? FilterAxis(Node layer) => layer.OpType switch
    {
        "Conv" => 0,
        "Gemm" when layer.Float("alpha", 1) == 1 && layer.Float("beta", 1) == 1 => layer.Int("transB", 0) == 1 ? 0 : 1,
        _ => null,
    };

    private static Tensor ScaleFilters(Tensor weight, int axis, float[] scale)
    {
        var scaled = weight.Floats.ToArray();
        var inner = Shapes.Strides(weight.Shape)[axis];
        for (var i = 0; i < scaled.Length; i++) scaled[i] *= scale[i / inner % scale.Length];
        return Tensor.Of(scaled, weight.Shape);
    }

    private static float[] ShiftBias(Tensor? bias, AffineNorm affine)
    {
        var shifted = (float[])affine.Shift.Clone();
        if (bias is null) return shifted;
        for (var i = 0; i < shifted.Length; i++) shifted[i] += bias.Floats[i] * affine.Scale[i];
        return shifted;
    }
}
