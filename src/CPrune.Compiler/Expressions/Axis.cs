using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

public enum AxisKind
{
    Spatial,
    Reduction,

    /// <summary>
    /// A short spatial axis whose points need different code, because they take different <see cref="Coefficients"/>: a schedule holds it whole in
    /// the register tile, where every point is known.
    /// </summary>
    Point,

    /// <summary>What an <see cref="Expr.Combination"/> sums over: part of an expression, never a loop.</summary>
    Inner,
}

/// <summary>
/// A named iteration axis. The names are fixed, because the pruner reads them: <c>oc</c> filters (of one group), <c>ic</c> input channels
/// (of one group), <c>g</c> groups, <c>c</c> channels where input and output share them (depthwise, pooling, elementwise),
/// <c>oh</c>, <c>ow</c> output rows and columns (or tiles of them; <c>ow</c> alone: all pixels), <c>kh</c>, <c>kw</c> the window, <c>kc</c> one of
/// channels, <c>y</c>, <c>x</c> row and column within a tile, <c>p</c> all its points. Where one loop does not walk a dimension, further ones have a number: <c>c1</c>, <c>oh1</c>.
/// </summary>
public sealed record Axis(string Name, int Extent, AxisKind Kind);

/// <summary>An axis times its coefficient.</summary>
public readonly record struct AffineTerm(string Axis, int Coefficient);

/// <summary><c>Σ coefficient·axis + Offset</c>.</summary>
public sealed record AffineIndex(ImmutableArray<AffineTerm> Terms, int Offset)
{
    public static AffineIndex Of(string axis, int coefficient = 1, int offset = 0) => new([new AffineTerm(axis, coefficient)], offset);

    public static AffineIndex Constant(int value) => new([], value);

    public int CoefficientOf(string axis)
    {
        foreach (var term in Terms)
            if (term.Axis == axis) return term.Coefficient;
        return 0;
    }

    public override string ToString()
    {
        var parts = Terms.Select(t => t.Coefficient == 1 ? t.Axis : $"{t.Coefficient}*{t.Axis}");
        var sum = string.Join('+', parts);
        return Offset == 0 && sum.Length > 0 ? sum : sum.Length == 0 ? $"{Offset}" : Offset > 0 ? $"{sum}+{Offset}" : $"{sum}{Offset}";
    }
}
