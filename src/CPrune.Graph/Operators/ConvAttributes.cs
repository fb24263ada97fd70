using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>A <c>Conv</c> node's attributes resolved for its input [N,C,H,W] and weights [M,C/Groups,KernelH,KernelW].</summary>
public sealed record ConvAttributes(SlidingWindow Window, int Groups, int InputChannels, int Filters)
{
    /// <summary>The input channels each filter reads.</summary>
    public int ChannelsPerGroup => InputChannels / Groups;

    public int FiltersPerGroup => Filters / Groups;

    /// <summary>One channel a filter: every group reads its own single channel.</summary>
    public bool IsDepthwise => Groups > 1 && Groups == InputChannels;

    /// <summary>The one resolution of strides, pads (with <c>auto_pad</c>), dilations and groups.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: not two-dimensional, or input and weights do not fit.</exception>
    public static ConvAttributes Of(Node node, ImmutableArray<int> input, ImmutableArray<int> weight)
    {
        var groups = (int)node.Int("group", 1);
        var fits = input.Length == 4 && weight.Length == 4 && groups > 0 && input[1] == weight[1] * groups && weight[0] % groups == 0
            && (SlidingWindow.Ints(node, "kernel_shape", 2) is not { } kernel || (kernel[0] == weight[2] && kernel[1] == weight[3]));
        return fits
            ? new ConvAttributes(SlidingWindow.Of(node, input, weight[2], weight[3]), groups, input[1], weight[0])
            : throw new UserErrorException(
                UserErrorKind.Model,
                $"{node.Label} cannot apply weights {Shapes.Text(weight)} in {groups} groups to {Shapes.Text(input)}; a model of 2-D images whose channels fit is needed");
    }

    /// <summary>[N,M,H',W'] for an input [N,C,H,W].</summary>
    public ImmutableArray<int> OutputShape(ImmutableArray<int> input) =>
        [input[0], Filters, Window.OutputH(input[2]), Window.OutputW(input[3])];
}
