using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Models.Chains;

/// <summary>The rows of a buffer that one turn of <c>oh</c> touches: <c>Scale·oh + Low … Scale·oh + High</c>.</summary>
internal readonly record struct RowSpan(int Scale, long Low, long High)
{
    /// <summary>The axis that chains walk.</summary>
    public const string Axis = "oh";

    /// <summary>Null where the rows do not move forwards with <see cref="Axis"/>, or other dimensions move with it, too.</summary>
    public static RowSpan? Of(Computation computation, ImmutableArray<AffineIndex> indices)
    {
        if (indices.Skip(1).Any(i => i.Mentions(Axis))) return null;
        var scale = indices[0].CoefficientOf(Axis);
        if (scale <= 0) return null;
        var beside = indices[0].Range(a => a == Axis ? new Interval(0, 0) : new Interval(0, computation[a].Extent - 1));
        return new RowSpan(scale, beside.Low, beside.High);
    }

    /// <summary>All rows touched by the turns of <paramref name="positions"/>.</summary>
    public Interval Rows(Interval positions) => new(Scale * positions.Low + Low, Scale * positions.High + High);

    /// <summary>The turns that touch any of <paramref name="rows"/>.</summary>
    public Interval Positions(Interval rows) => new(CeilDiv(rows.Low - High, Scale), FloorDiv(rows.High - Low, Scale));

    private static long FloorDiv(long dividend, long divisor) => (long)Math.Floor((double)dividend / divisor);

    private static long CeilDiv(long dividend, long divisor) => -FloorDiv(-dividend, divisor);
}
