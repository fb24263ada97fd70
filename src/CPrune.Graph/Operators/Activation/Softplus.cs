namespace CPrune.Graph.Operators.Activation;

/// <summary>ln(eˣ + 1), as max(x, 0) + ln(1 + e^−|x|), which does not overflow.</summary>
internal sealed class Softplus() : UnaryOperator("Softplus")
{
    protected override Func<float, float> Map(OperatorCall call) => x => Math.Max(x, 0) + MathF.Log(1 + MathF.Exp(-Math.Abs(x)));
}
