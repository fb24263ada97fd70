using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>An elementwise operator at one place of the output, with its operands read from where they are.</summary>
internal static class ElementwiseReads
{
    /// <param name="computed">A value that the same computation makes, or null.</param>
    /// <param name="find">A value that is in memory, or null.</param>
    /// <returns>Null where an operand is in neither place or does not fit the output.</returns>
    public static Expr? Of(
        Node node, LiveGraph graph, Frame frame, OperandTable operands, Func<string, Expr?> computed, Func<string, View?> find)
    {
        // What is left out at the end is written as an empty name.
        var data = node.Inputs.TakeWhile(i => i.Length > 0).Take(node.OpType is "BatchNormalization" or "Clip" ? 1 : int.MaxValue);
        var reads = data.Select(Read).ToArray();
        return Array.TrueForAll(reads, r => r is not null)
            ? ElementwiseOperators.Of(node, graph, i => reads[i]!, v => ConstantReads.PerChannel(v, frame, operands))
            : null;

        Expr? Read(string value) =>
            graph.ConstantOrNull(value) is { } constant ? ConstantReads.Of(constant, graph.ShapeOf(node.Output).Length, frame, operands)
            : computed(value) is { } expr ? expr
            : AlignedLikeOutput(value) && find(value)?.Broadcast(frame.Extents) is { } view && IsReadable(view) ? operands.Read(view, frame)
            : null;

        bool IsReadable(View view) => view.Channels.Stride == 0 || (frame.Order.IsDefault && frame.WalksBlocksOf(view.Block));

        // [1,C] against [1,C,H,W] would align C with W.
        bool AlignedLikeOutput(string value) => graph.ShapeOf(value).Length == graph.ShapeOf(node.Output).Length;
    }
}
