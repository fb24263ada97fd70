namespace CPrune.Graph.Operators.Activation;

/// <summary>x · tanh(ln(1 + eˣ)).</summary>
internal sealed class Mish() : UnaryOperator("Mish")
{
    protected override Func<float, float> Map(OperatorCall call) => x => x * MathF.Tanh(Math.Max(x, 0) + MathF.Log(1 + MathF.Exp(-Math.Abs(x))));
}
