using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Batch norm.</summary>
internal static class Normalizations
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } =
        new Dictionary<string, TorchOperator> { ["BatchNormalization"] = BatchNorm };

    /// <summary>ONNX's momentum is the share of the old statistics, torch's that of the new ones.</summary>
    private static TorchTensor BatchNorm(NodeCall call) => functional.batch_norm(
        call.Input(0), call.Input(3), call.Input(4), call.Input(1), call.Input(2),
        call.Pass.BatchStatistics, call.Pass.StatisticsMomentum ?? (1 - call.Node.Float("momentum", 0.9f)), call.Node.Float("epsilon", 1e-5f));
}
