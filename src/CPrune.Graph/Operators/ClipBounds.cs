namespace CPrune.Graph.Operators;

/// <summary>The bounds of a <c>Clip</c>: attributes before operator set 11, constant inputs since; infinite where absent.</summary>
public readonly record struct ClipBounds(float Low, float High)
{
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: a bound that is no constant float.</exception>
    public static ClipBounds Of(OperatorCall call) => new(
        call.Has(1) ? call.Floats(1)[0] : call.Node.Float("min", float.NegativeInfinity),
        call.Has(2) ? call.Floats(2)[0] : call.Node.Float("max", float.PositiveInfinity));
}
