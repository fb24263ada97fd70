namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>The first tensor to the power of the second.</summary>
internal sealed class Pow() : BinaryOperator("Pow")
{
    protected override float Map(float a, float b) => MathF.Pow(a, b);

    protected override long Map(long a, long b) => (long)Math.Pow(a, b);
}
