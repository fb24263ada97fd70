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

    public static ImmutableArray<int> ShapeOf(TorchTensor tensor) => [.. tensor.shape.Select(e => (int)e)];
}
