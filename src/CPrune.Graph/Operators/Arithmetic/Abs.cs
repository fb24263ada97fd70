namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>|x|.</summary>
internal sealed class Abs() : UnaryOperator("Abs")
{
    protected override Func<float, float> Map(OperatorCall call) => MathF.Abs;
}
