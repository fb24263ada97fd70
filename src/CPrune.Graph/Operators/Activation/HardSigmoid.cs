namespace CPrune.Graph.Operators.Activation;

/// <summary>clamp(alpha · x + beta, 0, 1), with alpha 0.2 and beta 0.5 where not given.</summary>
internal sealed class HardSigmoid() : UnaryOperator("HardSigmoid")
{
    protected override Func<float, float> Map(OperatorCall call)
    {
        var alpha = call.Node.Float("alpha", 0.2f);
        var beta = call.Node.Float("beta", 0.5f);
        return x => Math.Clamp((alpha * x) + beta, 0, 1);
    }
}
