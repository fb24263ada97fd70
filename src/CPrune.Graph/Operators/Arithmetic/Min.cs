namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>The smallest of any number of tensors.</summary>
internal sealed class Min() : BinaryOperator("Min")
{
    protected override float Map(float a, float b) => MathF.Min(a, b);

    protected override long Map(long a, long b) => Math.Min(a, b);
}
