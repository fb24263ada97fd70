using System.Globalization;
using CPrune.Compiler.Tasks;
using CPrune.Graph.Building;

namespace CPrune.Benchmarks;

/// <summary>One convolution of a real network, with ReLU.</summary>
/// <param name="Size">Rows and columns of its input.</param>
/// <param name="Out">Filters; of a depthwise convolution as many as <paramref name="In"/>.</param>
internal sealed record Workload(string Network, int Size, int In, int Out, int Kernel = 3, int Stride = 1, bool IsDepthwise = false)
{
    /// <summary>Layers of ResNet-20, ResNet-18 and MobileNet.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("ResNet-20", 32, 16, 16), new("ResNet-20", 16, 32, 32), new("ResNet-20", 8, 64, 64), new("ResNet-20", 32, 16, 32, Stride: 2),
        new("ResNet-18", 56, 64, 64), new("ResNet-18", 28, 128, 128), new("ResNet-18", 14, 256, 256), new("ResNet-18", 7, 512, 512),
        new("MobileNet", 56, 64, 128, Kernel: 1), new("MobileNet", 14, 512, 512, Kernel: 1),
        new("MobileNet", 56, 128, 128, IsDepthwise: true), new("MobileNet", 14, 512, 512, IsDepthwise: true),
    ];

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsDepthwise ? "depthwise " : "")}{Kernel}×{Kernel}{(Stride > 1 ? $"/{Stride}" : "")}, {Size}×{Size}, {(IsDepthwise ? $"{In}" : $"{In}→{Out}")}");

    public TuningTask Task()
    {
        var net = new GraphBuilder("workload", seed: 1);
        var input = net.Input(In, Size, Size);
        var window = Window.Same(Kernel, Stride);
        var output = net.Relu(IsDepthwise ? net.Depthwise(input, window, bias: true) : net.Conv(input, Out, window, bias: true));
        return ModelPlan.Of(net.Build(output)).Tasks.Single(t => t.Subgraphs[0].Macs > 0);
    }
}
