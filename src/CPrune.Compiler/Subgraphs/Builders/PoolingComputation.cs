using CPrune.Compiler.Expressions;
using CPrune.Graph;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary><c>y[oh,ow,c] = max or mean over kh,kw: x[oh·s+kh·d, ow·s+kw·d, c]</c>. A mean that does not count padding is a sum times a constant of the place.</summary>
internal static class PoolingComputation
{
    public static Draft Of(Node node, LiveGraph graph, Values values)
    {
        var input = graph.ExtentsOf(node.Inputs[0], node);
        var output = graph.ExtentsOf(node.Output, node);
        if (node.Outputs.Length > 1 && node.Outputs[1].Length > 0) throw Unsupported.Node(node, "it also gives the indices of its maxima");
        var isMax = node.OpType == "MaxPool";
        var attributes = PoolAttributes.Of(node, graph.ShapeOf(node.Inputs[0]));
        var window = attributes.Window;
        var channel = Frame.Lanes(output.Channels);
        var operands = new OperandTable();
        var (view, order) = values.InAnyOrder(node.Inputs[0], node, window.PaddingOf(input, output), isMax ? float.NegativeInfinity : 0f);
        var frame = Frame.OfImage(output, channel) with { Order = order };

        return new Draft
        {
            Anchor = node,
            Description = $"{(isMax ? "maxpool" : "avgpool")} {window.Text()} {output.Channels} @{output.Rows}x{output.Columns}",
            Value = node.Output,
            Axes = [channel, Frame.Rows(output.Rows), Frame.Columns(output.Columns), window.RowAxis(), window.ColumnAxis()],
            Frame = frame,
            Operands = operands,
            Reducer = isMax ? Reducer.Max : Reducer.Sum,
            Term = operands.Read(view, window.Row(), window.Column(), frame.Channel),
            Epilogue = isMax
                ? new Expr.Accumulator()
                : ElementwiseOperators.Multiply(new Expr.Accumulator(), Share(attributes, input, frame, operands)),
        };
    }

    /// <summary>One over the number of elements that count at each place.</summary>
    private static Expr Share(PoolAttributes attributes, ActivationExtents input, Frame frame, OperandTable operands)
    {
        var (output, window) = (frame.Extents, attributes.Window);
        // With count_include_pad the stated padding counts, what ceil_mode adds beyond it does not.
        var counted = attributes.CountIncludePad ? 1 : 0;
        var rows = Counts(output.Rows, window.KernelH, window.StrideH, window.DilationH, window.PadTop,
            -counted * window.PadTop, input.Rows + counted * window.PadBottom);
        var columns = Counts(output.Columns, window.KernelW, window.StrideW, window.DilationW, window.PadLeft,
            -counted * window.PadLeft, input.Columns + counted * window.PadRight);
        if (rows.Distinct().Count() == 1 && columns.Distinct().Count() == 1) return new Expr.Constant(1f / (rows[0] * columns[0]));
        var shares = rows.SelectMany(r => columns.Select(c => 1f / (r * c))).ToArray();
        return operands.Read(Tensor.Of(shares, output.Rows, output.Columns), [frame.Row, frame.Column]);
    }

    /// <summary>Of each window along one axis, how many elements lie in <c>[low, high)</c>.</summary>
    private static int[] Counts(int windows, int size, int stride, int dilation, int before, int low, int high) =>
        [.. Enumerable.Range(0, windows).Select(o => Enumerable.Range(0, size).Count(k => o * stride + k * dilation - before is var at && at >= low && at < high))];
}
