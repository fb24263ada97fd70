namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>The exponential function.</summary>
internal sealed class Exp() : UnaryOperator("Exp")
{
    protected override Func<float, float> Map(OperatorCall call) => MathF.Exp;
}
