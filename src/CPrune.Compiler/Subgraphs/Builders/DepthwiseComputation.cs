using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary><c>y[oh,ow,c] = Σ kh,kw: x[oh·s+kh·d, ow·s+kw·d, c] · w[c,kh,kw]</c>: one filter a channel.</summary>
internal static class DepthwiseComputation
{
    public static Draft Of(Convolution conv, Values values)
    {
        var (node, window) = (conv.Node, conv.Window);
        var channel = Frame.Lanes(conv.Output.Channels);
        var operands = new OperandTable();
        var (view, order) = values.InAnyOrder(node.Inputs[0], node, conv.Padding, 0f);
        var frame = Frame.OfImage(conv.Output, channel) with { Order = order };
        var input = operands.Read(view, window.Row(), window.Column(), frame.Channel);
        var weight = operands.Read(
            ChannelOrder.Moved(conv.Weight, 0, order).Reshaped([channel.Extent, window.KernelH, window.KernelW]), [AffineIndex.Of("c"), AffineIndex.Of("kh"), AffineIndex.Of("kw")]);

        return new Draft
        {
            Anchor = node,
            Description = $"dwconv {window.Text()} {channel.Extent} {conv.Place}",
            Value = node.Output,
            Axes = [channel, Frame.Rows(conv.Output.Rows), Frame.Columns(conv.Output.Columns), window.RowAxis(), window.ColumnAxis()],
            Frame = frame,
            Operands = operands,
            Reducer = Reducer.Sum,
            Term = ElementwiseOperators.Multiply(input, weight),
            Epilogue = conv.Epilogue(frame, operands),
            Macs = conv.Macs,
        };
    }
}
