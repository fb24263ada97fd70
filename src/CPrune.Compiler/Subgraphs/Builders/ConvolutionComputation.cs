using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>
/// <c>y[oh,ow,oc] = Σ ic,kh,kw: x[oh·s+kh·d, ow·s+kw·d, ic] · w[oc,ic,kh,kw]</c>; with groups, <c>oc</c> and <c>ic</c> count within group <c>g</c> and
/// the weight is <c>w[g,oc,ic,kh,kw]</c>.
/// </summary>
internal static class ConvolutionComputation
{
    public static Draft Of(Convolution conv, Values values)
    {
        var (node, window, groups) = (conv.Node, conv.Window, conv.Attributes.Groups);
        var filter = new Axis("oc", conv.Attributes.FiltersPerGroup, AxisKind.Spatial);
        var channel = new Axis("ic", conv.Attributes.ChannelsPerGroup, AxisKind.Reduction);
        ImmutableArray<Axis> filters = groups == 1 ? [filter] : [new Axis("g", groups, AxisKind.Spatial), filter];
        var frame = Frame.OfImage(conv.Output, filters);
        var operands = new OperandTable();

        var (view, order) = groups == 1
            ? values.InAnyOrder(node.Inputs[0], node, conv.Padding, 0f, anyLayout: true)
            : (values.Padded(node.Inputs[0], node, conv.Padding, 0f, anyLayout: true), default);
        var channelIndex = groups == 1
            ? AffineIndex.Of("ic")
            : new AffineIndex([new AffineTerm("g", conv.Attributes.ChannelsPerGroup), new AffineTerm("ic", 1)], 0);
        var input = operands.Read(view, window.Row(), window.Column(), channelIndex);

        var logical = ChannelOrder.Moved(conv.Weight, 1, order).Reshaped([.. filters.Select(a => a.Extent), conv.Attributes.ChannelsPerGroup, window.KernelH, window.KernelW]);
        var weight = operands.Read(
            logical, [.. filters.Select(a => AffineIndex.Of(a.Name)), AffineIndex.Of("ic"), AffineIndex.Of("kh"), AffineIndex.Of("kw")]);

        return new Draft
        {
            Anchor = node,
            Description = conv.Description,
            Value = node.Output,
            Axes = [.. filters, Frame.Rows(conv.Output.Rows), Frame.Columns(conv.Output.Columns), channel, window.RowAxis(), window.ColumnAxis()],
            Frame = frame,
            Operands = operands,
            Reducer = Reducer.Sum,
            Term = ElementwiseOperators.Multiply(input, weight),
            Epilogue = conv.Epilogue(frame, operands),
            Macs = conv.Macs,
        };
    }
}
