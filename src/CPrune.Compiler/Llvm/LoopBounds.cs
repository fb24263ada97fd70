using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Llvm;

/// <summary>First turn and end of a loop: its own, cut to the caller's share or to the turns its restriction leaves.</summary>
internal static class LoopBounds
{
    /// <summary>Added before dividing, so that the dividend is positive and the division rounds down.</summary>
    private const int Lift = 1 << 20;

    public static (string Begin, string End, bool MayBeEmpty) Of(IrBuilder builder, Statement.For loop)
    {
        if (loop.Kind == LoopKind.Parallel) return ("%begin", "%end", true);
        if (loop.Where is not { } where) return ($"{loop.Begin}", $"{loop.End}", false);
        var coefficient = where.Index.CoefficientOf(loop.Variable);
        var rest = builder.Fold(where.Index.Minus(AffineIndex.Of(loop.Variable, coefficient)));
        var range = builder.Range(rest);
        var scope = builder.ScopeOf(rest);
        // 0 <= coefficient * v + rest < extent, solved for v.
        var begin = range.Low + (long)coefficient * loop.Begin >= 0 ? $"{loop.Begin}" : Limited("smax", rest.Times(-1), loop.Begin);
        var end = range.High + (long)coefficient * (loop.End - 1) < where.Extent
            ? $"{loop.End}"
            : Limited("smin", rest.Times(-1).Plus(where.Extent), loop.End);
        return (begin, end, begin != $"{loop.Begin}" || end != $"{loop.End}");

        string Limited(string choose, AffineIndex distance, int own) => builder.HoistCall(
            scope, "i64", $"llvm.{choose}.i64", ("i64", DivideUp(builder, scope, distance, coefficient)), ("i64", $"{own}"));
    }

    private static string DivideUp(IrBuilder builder, IrScope scope, AffineIndex folded, int divisor)
    {
        if (divisor == 1) return builder.Index(folded);
        var lifted = builder.Index(folded.Plus(Lift * divisor + divisor - 1));
        var quotient = builder.Hoist(scope, $"udiv i64 {lifted}, {divisor}");
        return builder.Hoist(scope, $"sub nsw i64 {quotient}, {Lift}");
    }
}
