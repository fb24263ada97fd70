using CPrune.Compiler.Subgraphs.Builders;

namespace CPrune.Compiler.Subgraphs.Algorithms;

/// <summary>One way of computing convolutions.</summary>
internal interface IConvolutionAlgorithm
{
    /// <summary>Whether it can compute this one.</summary>
    bool Fits(Convolution convolution);

    /// <summary>Whether it may be the fastest way, of one that it fits; says yes where only a measurement can tell.</summary>
    bool IsPromising(Convolution convolution);

    /// <summary>The kernels in the order in which they run; the last one makes the node's value and takes in what is fused behind it.</summary>
    IEnumerable<Draft> Stages(Convolution convolution, Values values);
}
