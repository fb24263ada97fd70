namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>The square root.</summary>
internal sealed class Sqrt() : UnaryOperator("Sqrt")
{
    protected override Func<float, float> Map(OperatorCall call) => MathF.Sqrt;
}
