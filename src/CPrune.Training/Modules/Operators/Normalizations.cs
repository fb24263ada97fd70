using CPrune.Graph.Operators;
using CPrune.Training.Modules.Operators.Norms;
using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Batch norm: over the batch's statistics our own, over the running ones torch's.</summary>
internal static class Normalizations
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } =
        new Dictionary<string, TorchOperator> { ["BatchNormalization"] = BatchNorm };

    /// <summary>ONNX's momentum is the share of the old statistics, torch's that of the new ones.</summary>
    private static TorchTensor BatchNorm(NodeCall call)
    {
        var (momentum, epsilon) = (call.Pass.StatisticsMomentum ?? (1 - call.Node.Float("momentum", 0.9f)), BatchNormAttributes.Epsilon(call.Node));
        var (input, scale, bias, mean, variance) = (call.Input(0), call.Input(1), call.Input(2), call.Input(3), call.Input(4));
        if (call.Pass is { BatchStatistics: true, OwnNorms: true } && NormStep.Fits(input))
            return NormFunction.Of(input, new NormParameters(scale, bias, mean, variance, momentum, epsilon, call.IsRectified));
        var output = functional.batch_norm(input, mean, variance, scale, bias, call.Pass.BatchStatistics, momentum, epsilon);
        if (!call.IsRectified) return output;
        using (output) return output.relu();
    }
}
