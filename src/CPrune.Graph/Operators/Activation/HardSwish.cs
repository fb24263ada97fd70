namespace CPrune.Graph.Operators.Activation;

/// <summary>x · clamp(x / 6 + 1/2, 0, 1) (MobileNetV3).</summary>
internal sealed class HardSwish() : UnaryOperator("HardSwish")
{
    protected override Func<float, float> Map(OperatorCall call) => x => x * Math.Clamp((x / 6) + 0.5f, 0, 1);
}
