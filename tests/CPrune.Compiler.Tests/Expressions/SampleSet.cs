using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Tests.Expressions;

/// <summary>One computation of every kind, small, with awkward extents among them.</summary>
internal static class SampleSet
{
    public static IReadOnlyList<Computation> All { get; } =
    [
        Samples.Conv(8, 8, 16, 32, new Window(3, PadBefore: 1, PadAfter: 1)),
        Samples.Conv(9, 7, 5, 37, new Window(3, Stride: 2, PadBefore: 0, PadAfter: 1), residual: true),
        Samples.Conv(7, 7, 3, 61, new Window(1)),
        Samples.Conv(6, 6, 12, 20, new Window(3, Dilation: 2, PadBefore: 2, PadAfter: 2), groups: 4),
        Samples.Conv(5, 5, 8, 24, new Window(1), outputChannels: 40, outputOffset: 8),
        Samples.Depthwise(9, 9, 37, new Window(3, PadBefore: 1, PadAfter: 1)),
        Samples.Depthwise(8, 8, 3, new Window(5, Stride: 2, PadBefore: 2, PadAfter: 2)),
        Samples.Pool(9, 9, 16, new Window(3, Stride: 2, PadBefore: 1, PadAfter: 1), max: true),
        Samples.Pool(8, 8, 37, new Window(8), max: false),
        Samples.Dense(4, 4, 5, 10),
        Samples.Dense(1, 1, 61, 100),
        Samples.Shortcut(8, 8, 16, 32, stride: 2, padBefore: 8),
        Samples.Shortcut(7, 7, 5, 11, stride: 1, padBefore: 3),
        Samples.Sigmoid(3, 5, 7),
        Samples.StridedCopy(7, 5, 20),
        Samples.StridedCopy(1, 1, 20),
        TileSamples.In(7, 9, 37, 4, 1),
        TileSamples.Out(7, 9, 37, 2, 40, residual: true),
    ];
}
