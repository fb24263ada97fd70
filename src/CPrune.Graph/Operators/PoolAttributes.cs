using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>
/// A pooling node's attributes resolved for its input [N,C,H,W]; a global pooling is a window as large as the image.
/// </summary>
/// <param name="CountIncludePad">An average also divides by the padded pixels.</param>
public sealed record PoolAttributes(SlidingWindow Window, bool CeilMode, bool CountIncludePad)
{
    /// <summary>Resolves MaxPool, AveragePool, GlobalMaxPool and GlobalAveragePool.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: not two-dimensional, or the window does not fit.</exception>
    public static PoolAttributes Of(Node node, ImmutableArray<int> input)
    {
        if (input.Length != 4)
        {
            throw new UserErrorException(
                UserErrorKind.Model, $"{node.Label} pools {Shapes.Text(input)}; a model of 2-D images (four axes) is needed");
        }

        if (node.OpType.StartsWith("Global", StringComparison.Ordinal))
            return new PoolAttributes(new SlidingWindow { KernelH = input[2], KernelW = input[3] }, CeilMode: false, CountIncludePad: false);
        var kernel = SlidingWindow.Ints(node, "kernel_shape", 2) ?? throw new UserErrorException(
            UserErrorKind.Model, $"{node.Label} has no kernel_shape; export the model again");
        return new PoolAttributes(
            SlidingWindow.Of(node, input, kernel[0], kernel[1]), node.Int("ceil_mode", 0) != 0, node.Int("count_include_pad", 0) != 0);
    }

    /// <summary>[N,C,H',W'] for an input [N,C,H,W].</summary>
    public ImmutableArray<int> OutputShape(ImmutableArray<int> input) =>
        [input[0], input[1], Window.OutputH(input[2], CeilMode), Window.OutputW(input[3], CeilMode)];
}
