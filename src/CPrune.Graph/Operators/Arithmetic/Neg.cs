namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>-x.</summary>
internal sealed class Neg() : UnaryOperator("Neg")
{
    protected override Func<float, float> Map(OperatorCall call) => x => -x;
}
