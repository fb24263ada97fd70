namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>1 / x.</summary>
internal sealed class Reciprocal() : UnaryOperator("Reciprocal")
{
    protected override Func<float, float> Map(OperatorCall call) => x => 1 / x;
}
