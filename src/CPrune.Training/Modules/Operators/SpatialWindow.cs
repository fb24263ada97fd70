using System.Collections.Immutable;
using CPrune.Graph.Operators;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>A sliding window as the arrays torch wants: height first.</summary>
internal readonly record struct SpatialWindow(SlidingWindow Window)
{
    public long[] Kernel => [Window.KernelH, Window.KernelW];

    public long[] Strides => [Window.StrideH, Window.StrideW];

    public long[] Dilations => [Window.DilationH, Window.DilationW];

    /// <summary>Pads of operators that know only equal ones on opposite sides.</summary>
    public long[] SymmetricPads => [Window.PadTop, Window.PadLeft];

    public bool IsSymmetric => Window.PadTop == Window.PadBottom && Window.PadLeft == Window.PadRight;

    /// <summary>Pads of torch's padding operator: left, right, top, bottom.</summary>
    public long[] AllPads => [Window.PadLeft, Window.PadRight, Window.PadTop, Window.PadBottom];

    /// <summary>
    /// A window of one pixel with a stride. oneDNN 3.7 writes past its memory in the gradient of some such convolutions (bfloat16, one filter, for one), so they are computed as what they are: dense ones of fewer pixels.
    /// </summary>
    public bool SkipsPixels => Window is { KernelH: 1, KernelW: 1, PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 } && (Window.StrideH > 1 || Window.StrideW > 1);

    public SpatialWindow Dense => new(Window with { StrideH = 1, StrideW = 1 });

    /// <summary>The pixels of N × C × H × W that windows of one pixel read.</summary>
    public TorchTensor Subsample(TorchTensor tensor) => tensor.slice(2, 0, tensor.shape[2], Window.StrideH).slice(3, 0, tensor.shape[3], Window.StrideW);

    public static ImmutableArray<int> ShapeOf(TorchTensor tensor) => [.. tensor.shape.Select(e => (int)e)];
}
