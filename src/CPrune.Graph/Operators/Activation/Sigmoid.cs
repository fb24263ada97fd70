namespace CPrune.Graph.Operators.Activation;

/// <summary>1 / (1 + exp(-x)).</summary>
internal sealed class Sigmoid() : UnaryOperator("Sigmoid")
{
    protected override Func<float, float> Map(OperatorCall call) => x => 1 / (1 + MathF.Exp(-x));
}
