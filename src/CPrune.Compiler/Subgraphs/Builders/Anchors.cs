using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Builders;

/// <summary>What each operator that begins a subgraph computes.</summary>
internal static class Anchors
{
    /// <exception cref="UserErrorException">Kind Model: no builder knows the operator or this form of it.</exception>
    public static IEnumerable<Draft> Of(Node node, LiveGraph graph, Values values) => node.OpType switch
    {
        "Conv" => [ConvolutionForm.Of(node, graph, values)],
        "Gemm" or "MatMul" => [DenseComputation.Of(node, graph, values)],
        "MaxPool" or "AveragePool" => [PoolingComputation.Of(node, graph, values)],
        "GlobalAveragePool" or "GlobalMaxPool" or "ReduceMean" => [GlobalPoolComputation.Of(node, graph, values)],
        "Softmax" => SoftmaxComputations.Of(node, graph, values),
        _ when ElementwiseOperators.Knows(node) => [ElementwiseComputation.Of(node, graph, values)],
        _ => throw Unsupported.Node(node, "the compiler does not know this operator"),
    };
}
