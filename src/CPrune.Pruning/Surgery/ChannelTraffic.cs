using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>What operators do with a channel's numbers, beside summing and computing.</summary>
internal static class ChannelTraffic
{
    private static readonly HashSet<string> s_moving = new(
        ["Concat", "Split", "Slice", "Gather", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose"], StringComparer.Ordinal);

    private static readonly HashSet<string> s_keepingZeros = new(
        [
            "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "MaxPool", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceSum",
        ], StringComparer.Ordinal);

    /// <summary>Each element of the result is one of an input.</summary>
    public static bool OnlyMoves(Node node) => IsOwn(node) && s_moving.Contains(node.OpType);

    /// <summary>A channel of zeros gives one of zeros.</summary>
    public static bool KeepsZeros(Node node) => IsOwn(node) && s_keepingZeros.Contains(node.OpType);

    /// <summary>Each element of the result is one of the input, or zero.</summary>
    public static bool PadsWithZeros(Node node, ConstantTable constants)
    {
        if (!IsOwn(node) || node.OpType != "Pad" || node.Text("mode", "constant") != "constant") return false;
        return node.InputOrNull(2) is { } value
            ? constants.TensorOf(value) is { Type: ElementType.Float32, Count: 1 } number && number.Floats[0] == 0
            : node.Float("value", 0) == 0;
    }

    private static bool IsOwn(Node node) => node.Domain is "" or "ai.onnx";
}
