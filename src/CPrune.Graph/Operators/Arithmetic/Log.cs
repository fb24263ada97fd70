namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>The natural logarithm.</summary>
internal sealed class Log() : UnaryOperator("Log")
{
    protected override Func<float, float> Map(OperatorCall call) => MathF.Log;
}
