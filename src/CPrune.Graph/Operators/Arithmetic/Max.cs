namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>The largest of any number of tensors.</summary>
internal sealed class Max() : BinaryOperator("Max")
{
    protected override float Map(float a, float b) => MathF.Max(a, b);

    protected override long Map(long a, long b) => Math.Max(a, b);
}
