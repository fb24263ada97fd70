namespace CPrune.Graph.Operators.Activation;

/// <summary>Hyperbolic tangent.</summary>
internal sealed class Tanh() : UnaryOperator("Tanh")
{
    protected override Func<float, float> Map(OperatorCall call) => MathF.Tanh;
}
