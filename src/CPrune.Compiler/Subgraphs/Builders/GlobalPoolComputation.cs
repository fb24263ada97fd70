using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary><c>y[c] = max or mean over kh,kw: x[kh,kw,c]</c>, the window being the whole image.</summary>
internal static class GlobalPoolComputation
{
    public static Draft Of(Node node, LiveGraph graph, Values values)
    {
        if (node.OpType == "ReduceMean" && !IsOverImage(node, graph)) throw Unsupported.Node(node, "only means over rows and columns together are known");
        var image = graph.ExtentsOf(node.Inputs[0], node);
        var isMax = node.OpType == "GlobalMaxPool";
        var channel = Frame.Lanes(image.Channels);
        var operands = new OperandTable();
        var (view, order) = values.InAnyOrder(node.Inputs[0], node, default, 0f);
        var frame = Frame.OfVector(channel) with { Order = order };

        return new Draft
        {
            Anchor = node,
            Description = $"{(isMax ? "maxpool" : "avgpool")} {image.Rows}x{image.Columns} {image.Channels}",
            Value = node.Output,
            Axes = [channel, new Axis("kh", image.Rows, AxisKind.Reduction), new Axis("kw", image.Columns, AxisKind.Reduction)],
            Frame = frame,
            Operands = operands,
            Reducer = isMax ? Reducer.Max : Reducer.Sum,
            Term = operands.Read(view, AffineIndex.Of("kh"), AffineIndex.Of("kw"), frame.Channel),
            Epilogue = isMax
                ? new Expr.Accumulator()
                : ElementwiseOperators.Multiply(new Expr.Accumulator(), ElementwiseOperators.Of(1f / (image.Rows * image.Columns))),
        };
    }

    private static bool IsOverImage(Node node, LiveGraph graph)
    {
        if (graph.ShapeOf(node.Inputs[0]).Length != 4) return false;
        return graph.CallOf(node).AttributeOrInput("axes", 1) is { } axes && axes.Select(a => a < 0 ? a + 4 : a).Order().SequenceEqual([2, 3]);
    }
}
