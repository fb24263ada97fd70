using System.Collections.Immutable;

namespace CPrune.Compiler.Expressions;

/// <summary>The interpreter's fast path: a sum of products of two reads whose innermost reduction axis needs no bounds check.</summary>
internal static class DotProduct
{
    /// <summary>The whole reduction of one point, or null where the computation has another form.</summary>
    public static Action<Point>? TryCompile(ExprClosures compiler, Computation computation, ImmutableArray<Axis> reduction)
    {
        if (computation.Reducer != Reducer.Sum || reduction.Length == 0) return null;
        if (computation.Term is not Expr.Binary { Op: BinaryOp.Multiply, Left: Expr.Read left, Right: Expr.Read right }) return null;
        if (left.Fill != 0 || right.Fill != 0) return null;
        var first = computation.Axes.Length - reduction.Length;
        var (inner, extent) = (computation.Axes.Length - 1, reduction[^1].Extent);
        var (x, y) = (compiler.Linear(left.Indices, left.Buffer), compiler.Linear(right.Indices, right.Buffer));
        if (!x.StaysInside(inner, extent) || !y.StaysInside(inner, extent)) return null;
        var (xInput, yInput) = (computation.InputIndex(left.Buffer), computation.InputIndex(right.Buffer));
        var ((xStride, xTurns), (yStride, yTurns)) = (x.Walk(inner), y.Walk(inner));
        var run = Math.Min(extent, Math.Min(xTurns, yTurns));
        if (run == 0) return null;

        Action<Point> step = p =>
        {
            for (var begin = 0; begin < extent; begin += run)
            {
                p.Axes[inner] = begin;
                if (!x.TryFlat(p.Axes, out var xFlat) || !y.TryFlat(p.Axes, out var yFlat)) return;
                var (xs, ys, sum) = (p.Inputs[xInput], p.Inputs[yInput], 0.0);
                for (var i = begin; i < Math.Min(begin + run, extent); i++, xFlat += xStride, yFlat += yStride) sum += (double)xs[xFlat] * ys[yFlat];
                p.Accumulator += sum;
            }
        };
        for (var r = reduction.Length - 2; r >= 0; r--)
        {
            var (body, turns, slot) = (step, reduction[r].Extent, first + r);
            step = p =>
            {
                for (var i = 0; i < turns; i++)
                {
                    p.Axes[slot] = i;
                    body(p);
                }
            };
        }
        return step;
    }
}
