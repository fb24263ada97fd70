namespace CPrune.Graph.Operators.Activation;

/// <summary>x where positive, else slope · x; the slope, usually one a channel, is broadcast to x.</summary>
internal sealed class PRelu() : BinaryOperator("PRelu")
{
    protected override float Map(float a, float b) => a < 0 ? a * b : a;

    protected override long Map(long a, long b) => a < 0 ? a * b : a;
}
