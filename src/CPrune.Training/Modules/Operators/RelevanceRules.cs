using TorchSharp;
using TorchTensor = TorchSharp.torch.Tensor;

namespace CPrune.Training.Modules.Operators;

/// <summary>
/// Layer-wise relevance propagation (Bach et al., PLoS ONE 2015) as a gradient. Every operator computes what it always does, but its gradient is replaced so that
/// value times gradient is relevance, and each value's relevance is shared out among what it was made of: in sums, weighted or not, in proportion to the magnitude
/// of each contribution, because what inhibits is as dear to a network as what excites (as in Yu et al., "NISP: Pruning Networks using Neuron Importance Score
/// Propagation", CVPR 2018); biases get none. In products half goes to each factor; activations and batch norm pass it on. Operators that only move, choose or clip
/// below zero do so by their own gradient.
/// </summary>
internal static class RelevanceRules
{
    /// <summary>Below any activation but zero; large enough that dividing by it does not overflow.</summary>
    private const double Smallest = 1e-20;

    /// <param name="plain">The operator without rules.</param>
    public static TorchTensor Apply(NodeCall call, TorchOperator plain) => call.Node.OpType switch
    {
        "Conv" or "Gemm" or "MatMul" => Redirected(call, plain, plain(call.With((0, call.Input(0).abs()), (1, call.Input(1).abs()), (2, null)))),
        "AveragePool" or "GlobalAveragePool" or "ReduceMean" => Redirected(call, plain, plain(call.With((0, call.Input(0).abs())))),
        "BatchNormalization" or "Sigmoid" or "Tanh" or "HardSigmoid" or "HardSwish" or "Elu" or "Celu" or "Selu" or "Softplus" or "Softsign" or "Mish"
            or "Gelu" or "Erf" or "Clip" => Redirected(call, plain, call.Input(0)),
        "Add" or "Sub" or "Sum" when ComputedInputs(call) is { Count: > 0 } terms => Redirected(call, plain, terms.Select(t => t.abs()).Aggregate((sum, t) => sum.Plus(t))),
        "Mul" when ComputedInputs(call) is [var left, var right] => (left * right.detach()).Plus(left.detach() * right) * Scalars.Of(0.5),
        _ => plain(call),
    };

    /// <summary>What relevance starts from: 1 for the score of every image's class, whatever the score is.</summary>
    public static TorchTensor OfClasses(TorchTensor scores, TorchTensor classes)
    {
        var own = scores.gather(1, classes.unsqueeze(1));
        return (own / AwayFromZero(own.detach())).sum();
    }

    /// <summary>The operator's own values with a gradient that hands relevance to <paramref name="parts"/> in proportion to them.</summary>
    private static TorchTensor Redirected(NodeCall call, TorchOperator plain, TorchTensor parts)
    {
        TorchTensor value;
        using (torch.no_grad()) value = plain(call);
        var shares = parts * (value / AwayFromZero(parts.detach()));
        return shares.Plus((value - shares).detach());
    }

    /// <summary>Operands of floats that nodes made; integers are shapes.</summary>
    private static List<TorchTensor> ComputedInputs(NodeCall call) =>
    [
        .. Enumerable.Range(0, call.InputCount).Where(i => !call.IsConstant(i)).Select(call.Input).Where(t => t.dtype == torch.ScalarType.Float32),
    ];

    private static TorchTensor AwayFromZero(TorchTensor values) => values.masked_fill(values.abs().lt(Scalars.Of(Smallest)), Scalars.Of(Smallest));
}
