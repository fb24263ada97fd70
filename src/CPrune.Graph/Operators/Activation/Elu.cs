namespace CPrune.Graph.Operators.Activation;

/// <summary>x where it is positive, otherwise alpha · (eˣ − 1), with alpha 1 where not given.</summary>
internal sealed class Elu() : UnaryOperator("Elu")
{
    protected override Func<float, float> Map(OperatorCall call)
    {
        var alpha = call.Node.Float("alpha", 1);
        return x => x > 0 ? x : alpha * (MathF.Exp(x) - 1);
    }
}
