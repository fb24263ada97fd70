namespace CPrune.Graph.Operators.Activation;

/// <summary>The scaled exponential unit: gamma · x where x is positive, otherwise gamma · alpha · (eˣ − 1).</summary>
internal sealed class Selu() : UnaryOperator("Selu")
{
    protected override Func<float, float> Map(OperatorCall call)
    {
        var (alpha, gamma) = (SeluAttributes.Alpha(call.Node), SeluAttributes.Gamma(call.Node));
        return x => x > 0 ? gamma * x : gamma * alpha * (MathF.Exp(x) - 1);
    }
}
