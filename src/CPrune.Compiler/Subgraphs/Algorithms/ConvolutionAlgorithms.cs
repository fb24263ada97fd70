using CPrune.Compiler.Subgraphs.Builders;

namespace CPrune.Compiler.Subgraphs.Algorithms;

/// <summary>What stands behind each <see cref="Algorithm"/>.</summary>
internal static class ConvolutionAlgorithms
{
    private static readonly DirectConvolution Direct = new();
    private static readonly WinogradConvolution Winograd2 = new(WinogradTransform.F2);
    private static readonly WinogradConvolution Winograd4 = new(WinogradTransform.F4);

    public static IConvolutionAlgorithm Of(Algorithm algorithm) => algorithm switch
    {
        Algorithm.Direct => Direct,
        Algorithm.Winograd2 => Winograd2,
        Algorithm.Winograd4 => Winograd4,
        _ => throw new ArgumentException($"unknown algorithm {algorithm}"),
    };

    private sealed class DirectConvolution : IConvolutionAlgorithm
    {
        public bool Fits(Convolution convolution) => true;

        public bool IsPromising(Convolution convolution) => true;

        public IEnumerable<Draft> Stages(Convolution convolution, Values values) =>
            convolution.Attributes is { IsDepthwise: true, FiltersPerGroup: 1 }
                ? [DepthwiseComputation.Of(convolution, values)]
                : [ConvolutionComputation.Of(convolution, values)];
    }
}
