namespace CPrune.Graph.Operators.Normalization;

/// <summary>exp(x) / sum of exp(x).</summary>
internal sealed class Softmax() : SoftmaxOperator("Softmax")
{
    protected override double Normalised(double shifted, double sum) => Math.Exp(shifted) / sum;
}
