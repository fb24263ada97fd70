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
        ["Sum"] = call => Chain(call, (sum, next) => sum.Plus(next)),
        ["Max"] = call => Chain(call, torch.maximum),
        ["Min"] = call => Chain(call, torch.minimum),
        ["Pow"] = call => call.Input(0).pow(call.Input(1)),
        ["Neg"] = call => -call.Input(0),
        ["Abs"] = call => call.Input(0).abs(),
        ["Exp"] = call => call.Input(0).exp(),
        ["Log"] = call => call.Input(0).log(),
        ["Sqrt"] = call => call.Input(0).sqrt(),
        ["Reciprocal"] = call => call.Input(0).reciprocal(),
        ["Identity"] = call => call.Input(0).alias(),
    };

    private static TorchTensor Chain(NodeCall call, Func<TorchTensor, TorchTensor, TorchTensor> operation) =>
        Enumerable.Range(1, call.InputCount - 1).Aggregate(call.Input(0).alias(), (all, i) => operation(all, call.Input(i)));

    /// <summary>Integers (extents of shapes) divide without remainder, as in ONNX.</summary>
    private static TorchTensor Divide(NodeCall call)
    {
        var (left, right) = (call.Input(0), call.Input(1));
        return left.dtype == torch.ScalarType.Int64 ? (left / right).to_type(torch.ScalarType.Int64) : left / right;
    }
}
