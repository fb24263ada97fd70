namespace CPrune.Graph.Operators.Activation;

/// <summary>max(x, 0) + min(alpha · (e^(x / alpha) − 1), 0), with alpha 1 where not given.</summary>
internal sealed class Celu() : UnaryOperator("Celu")
{
    protected override Func<float, float> Map(OperatorCall call)
    {
        var alpha = call.Node.Float("alpha", 1);
        return x => Math.Max(x, 0) + Math.Min(alpha * (MathF.Exp(x / alpha) - 1), 0);
    }
}
