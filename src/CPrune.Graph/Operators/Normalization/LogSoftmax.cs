namespace CPrune.Graph.Operators.Normalization;

/// <summary>x - log(sum of exp(x)).</summary>
internal sealed class LogSoftmax() : SoftmaxOperator("LogSoftmax")
{
    protected override double Normalised(double shifted, double sum) => shifted - Math.Log(sum);
}
