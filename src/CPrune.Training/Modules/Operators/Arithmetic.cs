using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>Element by element, with broadcasting.</summary>
internal static class Arithmetic
{
    public static IReadOnlyDictionary<string, TorchOperator> Operators { get; } = new Dictionary<string, TorchOperator>
    {
        ["Add"] = call => call.Input(0).Plus(call.Input(1)),
        ["Sub"] = call => call.Input(0) - call.Input(1),
        ["Mul"] = call => call.Input(0) * call.Input(1),
        ["Div"] = Divide,
        ["Sum"] = call => Enumerable.Range(1, call.InputCount - 1).Aggregate(call.Input(0).alias(), (sum, i) => sum.Plus(call.Input(i))),
        ["Neg"] = call => -call.Input(0),
        ["Identity"] = call => call.Input(0).alias(),
    };

    /// <summary>Integers (extents of shapes) divide without remainder, as in ONNX.</summary>
    private static TorchTensor Divide(NodeCall call)
    {
        var (left, right) = (call.Input(0), call.Input(1));
        return left.dtype == torch.ScalarType.Int64 ? (left / right).to_type(torch.ScalarType.Int64) : left / right;
    }
}
