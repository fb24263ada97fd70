using CPrune.Compiler.Subgraphs.Algorithms;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>What each operator that begins a subgraph computes.</summary>
internal static class Anchors
{
    /// <exception cref="UserErrorException">Kind Model: no builder knows the operator or this form of it.</exception>
    /// <param name="choose">How a convolution is computed.</param>
    public static IEnumerable<Draft> Of(Node node, LiveGraph graph, Values values, Func<Convolution, Algorithm> choose) => node.OpType switch
    {
        "Conv" => ConvolutionOf(Convolution.Of(node, graph), values, choose),
        "Gemm" or "MatMul" => [DenseComputation.Of(node, graph, values)],
        "MaxPool" or "AveragePool" => [PoolingComputation.Of(node, graph, values)],
        "GlobalAveragePool" or "GlobalMaxPool" or "ReduceMean" => [GlobalPoolComputation.Of(node, graph, values)],
        "Softmax" or "LogSoftmax" => SoftmaxComputations.Of(node, graph, values),
        "LRN" => [LocalNormComputation.Of(node, graph, values)],
        _ when ElementwiseOperators.Knows(node) => [ElementwiseComputation.Of(node, graph, values)],
        _ => throw Unsupported.Node(node, "the compiler does not know this operator"),
    };

    private static IEnumerable<Draft> ConvolutionOf(Convolution convolution, Values values, Func<Convolution, Algorithm> choose) =>
        ConvolutionAlgorithms.Of(choose(convolution)).Stages(convolution, values);
}
