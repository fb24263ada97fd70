namespace CPrune.Graph.Operators.Activation;

/// <summary>min(max(x, low), high); see <see cref="ClipBounds"/>.</summary>
internal sealed class Clip() : UnaryOperator("Clip")
{
    protected override Func<float, float> Map(OperatorCall call)
    {
        var (low, high) = ClipBounds.Of(call);
        return x => MathF.Min(MathF.Max(x, low), high);
    }
}
