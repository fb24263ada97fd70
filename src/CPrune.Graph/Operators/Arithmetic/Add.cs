namespace CPrune.Graph.Operators.Arithmetic;

/// <summary>a + b.</summary>
internal sealed class Add() : BinaryOperator("Add")
{
    protected override float Map(float a, float b) => a + b;

    protected override long Map(long a, long b) => a + b;
}
