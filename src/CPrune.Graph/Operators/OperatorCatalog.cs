using System.Collections.Frozen;
using CPrune.Graph.Operators.Activation;
using CPrune.Graph.Operators.Arithmetic;
using CPrune.Graph.Operators.Constants;
using CPrune.Graph.Operators.Convolution;
using CPrune.Graph.Operators.Movement;
using CPrune.Graph.Operators.Normalization;
using CPrune.Graph.Operators.Pooling;

namespace CPrune.Graph.Operators;

/// <summary>Every operator that is understood. A new one is a file in this folder and a line here.</summary>
public static class OperatorCatalog
{
    private static readonly FrozenDictionary<string, IOperator> Operators = new IOperator[]
    {
        new Conv(), new Gemm(), new MatMul(),
        new MaxPool(), new AveragePool(), new GlobalAveragePool(), new GlobalMaxPool(), new ReduceMean(),
        new BatchNormalization(), new Lrn(), new Softmax(), new LogSoftmax(),
        new Relu(), new LeakyRelu(), new PRelu(), new Clip(), new Sigmoid(), new HardSigmoid(), new HardSwish(), new Tanh(),
        new Elu(), new Celu(), new Selu(), new Softplus(), new Softsign(), new Mish(), new Gelu(), new Erf(),
        new Abs(), new Exp(), new Log(), new Neg(), new Reciprocal(), new Sqrt(),
        new Add(), new Sub(), new Mul(), new Div(), new Pow(), new Sum(), new Max(), new Min(),
        new Identity(), new Dropout(), new Flatten(), new Reshape(), new Squeeze(), new Unsqueeze(), new Transpose(),
        new Concat(), new Split(), new Slice(), new Pad(), new Gather(), new Cast(),
        new Constant(), new ConstantOfShape(), new Shape(),
    }.ToFrozenDictionary(o => o.OpType, StringComparer.Ordinal);

    /// <summary>The names of all operators, sorted.</summary>
    public static IReadOnlyList<string> OpTypes { get; } = [.. Operators.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What the node's operator means.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: the operator is unknown.</exception>
    public static IOperator Find(Node node)
    {
        if (node.Domain.Length == 0 && Operators.TryGetValue(node.OpType, out var operation)) return operation;
        var name = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
        throw new UserErrorException(
            UserErrorKind.Model,
            $"the operator {name} of node {node.Label} is not supported; export the network without it (supported: {string.Join(", ", OpTypes)})");
    }
}
