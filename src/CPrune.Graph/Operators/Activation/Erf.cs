namespace CPrune.Graph.Operators.Activation;

/// <summary>The error function.</summary>
internal sealed class Erf() : UnaryOperator("Erf")
{
    protected override Func<float, float> Map(OperatorCall call) => x => (float)ErrorFunction.Of(x);
}
