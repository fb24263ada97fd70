using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>The sliding window of a convolution or pooling.</summary>
internal sealed record Window(int Height, int Width, int RowStride, int ColumnStride, int RowDilation, int ColumnDilation, Padding Padding)
{
    /// <summary>For example <c>3x3/1</c>, size and stride.</summary>
    public override string ToString() =>
        $"{Height}x{Width}/{(RowStride == ColumnStride ? $"{RowStride}" : $"{RowStride}x{ColumnStride}")}{(RowDilation * ColumnDilation > 1 ? $"~{RowDilation}" : "")}";

    public Axis RowAxis => new("kh", Height, AxisKind.Reduction);

    public Axis ColumnAxis => new("kw", Width, AxisKind.Reduction);

    /// <summary>The row of the padded input under an output row and a window row.</summary>
    public AffineIndex Row => new([new AffineTerm("oh", RowStride), new AffineTerm("kh", RowDilation)], 0);

    public AffineIndex Column => new([new AffineTerm("ow", ColumnStride), new AffineTerm("kw", ColumnDilation)], 0);

    public static Window Of(Node node, ImmutableArray<int> kernel, ActivationExtents input, ActivationExtents output)
    {
        var strides = node.IntsOrNull("strides") ?? [1, 1];
        var dilations = node.IntsOrNull("dilations") ?? [1, 1];
        var needed = (
            Rows: (output.Rows - 1) * strides[0] + (kernel[0] - 1) * dilations[0] + 1,
            Columns: (output.Columns - 1) * strides[1] + (kernel[1] - 1) * dilations[1] + 1);
        var padding = node.Text("auto_pad", "NOTSET") switch
        {
            "SAME_UPPER" => Same(extraFirst: false),
            "SAME_LOWER" => Same(extraFirst: true),
            "VALID" => default,
            _ => node.IntsOrNull("pads") is [var top, var left, var bottom, var right] ? new Padding(top, left, bottom, right) : default,
        };
        // What a last window touches beyond the stated padding (ceil_mode) is padding too; what no window touches needs none.
        padding = padding with { Bottom = needed.Rows - input.Rows - padding.Top, Right = needed.Columns - input.Columns - padding.Left };
        return new Window(kernel[0], kernel[1], strides[0], strides[1], dilations[0], dilations[1], padding);

        Padding Same(bool extraFirst)
        {
            var rows = Math.Max(0, needed.Rows - input.Rows);
            var columns = Math.Max(0, needed.Columns - input.Columns);
            var (top, left) = extraFirst ? ((rows + 1) / 2, (columns + 1) / 2) : (rows / 2, columns / 2);
            return new Padding(top, left, rows - top, columns - left);
        }
    }
}
