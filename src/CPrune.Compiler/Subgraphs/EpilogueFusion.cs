using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Fuses elementwise operators behind an anchor, while everything they read is either computed in the same place or already in memory, and
/// nothing but the last value is needed elsewhere. A value may fork as long as the branches meet again (<c>x·sigmoid(x)</c>).
/// </summary>
internal sealed class EpilogueFusion(LiveGraph graph, Func<string, View?> find)
{
    /// <summary>How many operators are tried ahead until the branches meet.</summary>
    private const int Lookahead = 8;

    /// <summary>
    /// Parts of an epilogue at most. A value that is used twice is written out twice, so that a chain of diamonds would double it with each.
    /// Three of the largest activations, one behind the other, have fewer.
    /// </summary>
    private const int LargestEpilogue = 1000;

    public Draft Extend(Draft draft)
    {
        var settled = draft;
        var values = new Dictionary<string, Expr>(StringComparer.Ordinal) { [draft.Value] = draft.Epilogue };
        var open = new HashSet<string>(StringComparer.Ordinal) { draft.Value };
        var fused = draft.Fused;
        var absorbed = new HashSet<Node>(ReferenceEqualityComparer.Instance);

        while (!open.Contains(graph.Output) && fused.Length - settled.Fused.Length < Lookahead
            && FirstConsumer(open, absorbed) is { } node && Fuse(node, settled, values) is { } expr)
        {
            absorbed.Add(node);
            fused = fused.Add(node);
            values[node.Output] = expr;
            open.Add(node.Output);
            open.RemoveWhere(v => v != node.Output && graph.ConsumersOf(v).All(absorbed.Contains));
            if (open.Count == 1) settled = settled with { Value = node.Output, Epilogue = expr, Fused = fused };
        }

        return settled;
    }

    private Node? FirstConsumer(IEnumerable<string> open, HashSet<Node> absorbed) =>
        open.SelectMany(graph.ConsumersOf).Where(n => !absorbed.Contains(n)).MinBy(graph.PositionOf);

    private Expr? Fuse(Node node, Draft draft, Dictionary<string, Expr> values)
    {
        if (graph.ExtentsOrNull(node.Output) != draft.Frame.Extents) return null;
        if (ViewOperators.IsRenaming(node, graph)) return values[node.Inputs[0]];
        if (!ElementwiseOperators.Knows(node)) return null;
        var expr = ElementwiseReads.Of(node, graph, draft.Frame, draft.Operands, v => values.GetValueOrDefault(v), find);
        return expr is not null && ExprSize.IsAtMost(expr, LargestEpilogue) ? expr : null;
    }
}
