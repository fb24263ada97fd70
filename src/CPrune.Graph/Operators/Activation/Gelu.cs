namespace CPrune.Graph.Operators.Activation;

/// <summary>x · Φ(x), with the error function or, if approximate is "tanh", with tanh.</summary>
internal sealed class Gelu() : UnaryOperator("Gelu")
{
    protected override Func<float, float> Map(OperatorCall call)
    {
        return GeluAttributes.IsByTanh(call.Node)
            ? x => 0.5f * x * (1 + MathF.Tanh(MathF.Sqrt(2 / MathF.PI) * (x + (GeluAttributes.Cubic * x * x * x))))
            : x => (float)(0.5 * x * (1 + ErrorFunction.Of(x / Math.Sqrt(2))));
    }
}
