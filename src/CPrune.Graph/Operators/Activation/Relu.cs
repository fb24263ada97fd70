namespace CPrune.Graph.Operators.Activation;

/// <summary>max(x, 0).</summary>
internal sealed class Relu() : UnaryOperator("Relu")
{
    protected override Func<float, float> Map(OperatorCall call) => x => MathF.Max(x, 0);
}
