using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups.Rules;

namespace CPrune.Pruning.Surgery;

/// <summary>Operators that treat every element alike, computed for constant channels by the reference evaluator itself.</summary>
internal static class PointwiseConstants
{
    private const string Norm = "BatchNormalization";

    /// <summary>Whether an operand is a vector with a number for each channel, wherever these lie.</summary>
    public static bool IsVector(Node node, int operand) => node.OpType == Norm && operand > 0;

    public static bool Knows(Node node) =>
        node.Domain.Length == 0 && (node.OpType == Norm || ChannelRules.IsElementwise(node)) && OperatorCatalog.OpTypes.Contains(node.OpType);

    /// <returns>The result's number where all operands have one, and where one of them alone decides; null where nothing is known.</returns>
    public static float?[]? Evaluate(Node node, long opset, ImmutableArray<ChannelNumbers> operands, int channels)
    {
        if (operands.Any(o => o.Numbers.Length != 1 && o.Numbers.Length != channels)) return null;
        var decided = Enumerable.Range(0, channels).Select(c => IsDecided(node, operands, c)).ToArray();
        if (!decided.Contains(true)) return null;

        var arguments = operands.Select((o, index) => (Argument?)Argument.Of(o.ToTensor(IsVector(node, index))));
        var result = OperatorCatalog.Find(node).Evaluate(new OperatorCall(node, opset, [.. arguments]))[0];
        if (result.Type != ElementType.Float32 || result.Count != channels) return null;
        var numbers = result.Floats.ToArray();
        return [.. numbers.Zip(decided, (number, known) => known && float.IsFinite(number) ? number : (float?)null)];
    }

    private static bool IsDecided(Node node, ImmutableArray<ChannelNumbers> operands, int channel) => node.OpType switch
    {
        _ when operands.All(o => o.At(channel) is not null) => true,
        "Mul" => operands.Any(o => o.At(channel) == 0),
        Norm => operands[1].At(channel) == 0 && operands.Skip(2).All(o => o.At(channel) is not null),
        _ => false,
    };
}
