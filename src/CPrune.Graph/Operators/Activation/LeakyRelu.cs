namespace CPrune.Graph.Operators.Activation;

/// <summary>x where positive, else alpha · x (alpha 0.01 where not given).</summary>
internal sealed class LeakyRelu() : UnaryOperator("LeakyRelu")
{
    protected override Func<float, float> Map(OperatorCall call)
    {
        var alpha = call.Node.Float("alpha", 0.01f);
        return x => x < 0 ? alpha * x : x;
    }
}
