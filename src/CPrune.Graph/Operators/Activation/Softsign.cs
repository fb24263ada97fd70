namespace CPrune.Graph.Operators.Activation;

/// <summary>x / (1 + |x|).</summary>
internal sealed class Softsign() : UnaryOperator("Softsign")
{
    protected override Func<float, float> Map(OperatorCall call) => x => x / (1 + Math.Abs(x));
}
