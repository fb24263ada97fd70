using CPrune.Compiler.Expressions;
using CPrune.Graph.Operators;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>A sliding window as axes and indices.</summary>
internal static class WindowReads
{
    /// <summary>For example <c>3x3/1</c>, size and stride, with <c>~2</c> for a dilation.</summary>
    public static string Text(this SlidingWindow window) =>
        $"{window.KernelH}x{window.KernelW}/{Pair(window.StrideH, window.StrideW)}"
        + (window.DilationH * window.DilationW > 1 ? $"~{Pair(window.DilationH, window.DilationW)}" : "");

    public static Axis RowAxis(this SlidingWindow window) => new("kh", window.KernelH, AxisKind.Reduction);

    public static Axis ColumnAxis(this SlidingWindow window) => new("kw", window.KernelW, AxisKind.Reduction);

    /// <summary>The row of the padded input under an output row and a window row.</summary>
    public static AffineIndex Row(this SlidingWindow window) =>
        new([new AffineTerm("oh", window.StrideH), new AffineTerm("kh", window.DilationH)], 0);

    public static AffineIndex Column(this SlidingWindow window) =>
        new([new AffineTerm("ow", window.StrideW), new AffineTerm("kw", window.DilationW)], 0);

    /// <summary>
    /// What the windows read around the input. What a last one touches beyond the stated padding (<c>ceil_mode</c>) is padding too, and what none
    /// touches needs none.
    /// </summary>
    public static Padding PaddingOf(this SlidingWindow window, ActivationExtents input, ActivationExtents output) => new(
        window.PadTop, window.PadLeft,
        (output.Rows - 1) * window.StrideH + window.ExtentH - input.Rows - window.PadTop,
        (output.Columns - 1) * window.StrideW + window.ExtentW - input.Columns - window.PadLeft);

    private static string Pair(int rows, int columns) => rows == columns ? $"{rows}" : $"{rows}x{columns}";
}
