using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary><c>y[oh,ow,c] = x[oh,ow,c] · (bias + alpha / size · Σ kc: x[oh,ow,c+kc]²)^−beta</c>: local response normalisation, as AlexNet and GoogLeNet have it.</summary>
internal static class LocalNormComputation
{
    public static Draft Of(Node node, LiveGraph graph, Values values)
    {
        var extents = graph.ExtentsOf(node.Output, node);
        var (size, alpha, beta) = ((int)node.Int("size", 1), node.Float("alpha", 1e-4f), node.Float("beta", 0.75f));
        var frame = Frame.OfImage(extents, Frame.Lanes(extents.Channels));
        var operands = new OperandTable();
        var around = values.Padded(node.Inputs[0], node, new Padding(0, 0, 0, 0, (size - 1) / 2, size / 2), 0f);
        var neighbour = operands.Read(around, frame.Row, frame.Column, new AffineIndex([.. frame.Channel.Terms, new AffineTerm("kc", 1)], 0));
        var scale = ElementwiseOperators.Add(
            ElementwiseOperators.Of(node.Float("bias", 1f)), ElementwiseOperators.Multiply(ElementwiseOperators.Of(alpha / size), new Expr.Accumulator()));
        return new Draft
        {
            Anchor = node,
            Description = $"lrn {size} {extents.Channels} @{extents.Rows}x{extents.Columns}",
            Value = node.Output,
            Axes = [.. frame.ChannelAxes, Frame.Rows(extents.Rows), Frame.Columns(extents.Columns), new Axis("kc", size, AxisKind.Reduction)],
            Frame = frame,
            Operands = operands,
            Reducer = Reducer.Sum,
            Term = ElementwiseOperators.Multiply(neighbour, neighbour),
            Epilogue = ElementwiseOperators.Multiply(
                operands.Read(values.Lanes(node.Inputs[0], node), frame),
                ElementwiseOperators.Exp(ElementwiseOperators.Multiply(ElementwiseOperators.Of(-beta), ElementwiseOperators.Log(scale)))),
        };
    }
}
