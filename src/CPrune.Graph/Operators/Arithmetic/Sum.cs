namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>The sum of any number of tensors.</summary>
internal sealed class Sum() : BinaryOperator("Sum")
{
    protected override float Map(float a, float b) => a + b;

    protected override long Map(long a, long b) => a + b;
}
