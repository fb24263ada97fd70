using static TorchSharp.torch.nn;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Dense layers.</summary>
internal static class DenseLayers
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } = new Dictionary<string, TorchOperator>
    {
        ["Gemm"] = Gemm,
        ["MatMul"] = call => call.Input(0).matmul(call.Input(1)),
    };

    /// <summary><c>alpha · A·B + beta · C</c>, either matrix transposed on request.</summary>
    private static TorchTensor Gemm(NodeCall call)
    {
        var (alpha, beta) = (call.Node.Float("alpha", 1), call.Node.Float("beta", 1));
        var left = call.Node.Int("transA", 0) == 1 ? call.Input(0).transpose(0, 1) : call.Input(0);
        var weight = call.Node.Int("transB", 0) == 1 ? call.Input(1) : call.Input(1).transpose(0, 1);
        var bias = call.OptionalInput(2);
        if (alpha == 1 && beta == 1 && bias is null or { shape.Length: 1 }) return functional.linear(left, weight, bias);
        var product = functional.linear(left, weight) * Scalars.Of(alpha);
        return bias is null ? product : product.Plus(bias * Scalars.Of(beta));
    }
}
