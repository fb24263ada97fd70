using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>How a window moves over height and width: a convolution's or a pooling's attributes with <c>auto_pad</c> worked out for this input.</summary>
internal sealed record SpatialWindow(long[] Kernel, long[] Strides, long[] Dilations, long[] Begins, long[] Ends)
{
    public bool IsSymmetric => Begins.AsSpan().SequenceEqual(Ends);

    /// <summary>Left, right, top, bottom.</summary>
    public long[] TorchPads => [Begins[1], Ends[1], Begins[0], Ends[0]];

    public static SpatialWindow Of(NodeCall call, TorchTensor input, long[] kernel)
    {
        if (input.shape.Length != 4 || kernel.Length != 2) throw call.Unsupported("only images of two dimensions are known");
        var (strides, dilations) = (Pair(call, "strides", 1), Pair(call, "dilations", 1));
        var pads = call.Node.IntsOrNull("pads") is { } given ? given.Select(p => (long)p).ToArray() : [0, 0, 0, 0];
        var automatic = call.Node.Text("auto_pad", "NOTSET");
        if (automatic == "VALID") pads = [0, 0, 0, 0];
        if (automatic is "SAME_UPPER" or "SAME_LOWER")
        {
            for (var axis = 0; axis < 2; axis++)
            {
                var extent = input.shape[2 + axis];
                var steps = (extent + strides[axis] - 1) / strides[axis];
                var total = Math.Max(0, ((steps - 1) * strides[axis]) + ((kernel[axis] - 1) * dilations[axis]) + 1 - extent);
                var (small, large) = (total / 2, total - (total / 2));
                (pads[axis], pads[axis + 2]) = automatic == "SAME_UPPER" ? (small, large) : (large, small);
            }
        }

        return new(kernel, strides, dilations, pads[..2], pads[2..]);
    }

    private static long[] Pair(NodeCall call, string attribute, long otherwise) =>
        call.Node.IntsOrNull(attribute) is [var height, var width] ? [height, width] : [otherwise, otherwise];
}
