using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>An elementwise operator that no anchor took in: <c>y[oh,ow,c] = f(x[oh,ow,c], …)</c>.</summary>
internal static class ElementwiseComputation
{
    public static Draft Of(Node node, LiveGraph graph, Values values)
    {
        var extents = graph.ExtentsOf(node.Output, node);
        var channel = Frame.Lanes(extents.Channels);
        var frame = Frame.OfImage(extents, channel);
        var operands = new OperandTable();
        var term = ElementwiseReads.Of(node, graph, frame, operands, _ => null, v => values.Lanes(v, node))
            ?? throw Unsupported.Node(node, $"its inputs {string.Join(" and ", node.Inputs.Select(i => Shapes.Text(graph.ShapeOf(i))))} do not broadcast over channels, rows and columns");
        return new Draft
        {
            Anchor = node,
            Description = $"{node.OpType.ToLowerInvariant()} {extents.Channels} @{extents.Rows}x{extents.Columns}",
            Value = node.Output,
            Axes = [channel, Frame.Rows(extents.Rows), Frame.Columns(extents.Columns)],
            Frame = frame,
            Operands = operands,
            Term = term,
        };
    }
}
