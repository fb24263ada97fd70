namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>a / b; integers are truncated.</summary>
internal sealed class Div() : BinaryOperator("Div")
{
    protected override float Map(float a, float b) => a / b;

    protected override long Map(long a, long b) => a / b;
}
