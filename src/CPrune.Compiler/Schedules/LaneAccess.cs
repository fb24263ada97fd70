using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Schedules;

/// <summary>Whether vectors touch contiguous memory in every buffer whose layout is given.</summary>
internal static class LaneAccess
{
    /// <summary>Why the computation cannot be vectorised along its lane axis, or null.</summary>
    public static string? Obstacle(Computation computation) =>
        OutputObstacle(computation) ?? ReadObstacle(computation.Term.Reads(), computation.LaneAxis);

    /// <summary>Why lanes cannot be partial sums along a reduction axis, or null.</summary>
    public static string? Obstacle(Computation computation, string reduction)
    {
        if (computation.Reducer != Reducer.Sum) return $"lanes along {reduction} are partial sums, and the reduction is no sum";
        if (computation.Axes.FirstOrDefault(a => a.Kind == AxisKind.Point) is { } point)
            return $"results at other points of {point.Name} take other coefficients and cannot lie side by side";
        // Behind the end of the axis activations are read as zeros: they have to make the term zero.
        if (!Factors(computation.Term).Any(f => f is Expr.Read { Buffer.Role: BufferRole.Activation, Fill: 0 } read && Stride(read.Indices, reduction) == 1))
            return $"no factor of the term is an activation contiguous along {reduction}";
        return OutputObstacle(computation) ?? ReadObstacle(computation.Term.Reads(), reduction);
    }

    private static string? OutputObstacle(Computation computation) => Stride(computation.OutputIndices, computation.LaneAxis) != 1
        ? $"the output is not contiguous along {computation.LaneAxis}"
        : ReadObstacle(computation.Epilogue.Reads(), computation.LaneAxis);

    private static string? ReadObstacle(IEnumerable<Expr.Read> reads, string axis)
    {
        foreach (var read in reads)
        {
            if (read.Buffer.Role == BufferRole.Weight)
            {
                if (read.Indices.Count(i => i.CoefficientOf(axis) != 0) > 1) return $"{read.Buffer.Name} is read along {axis} in two dimensions";
            }
            else if (Stride(read.Indices, axis) is null or > 1 or < 0)
            {
                return $"{read.Buffer.Name} is not contiguous along {axis}";
            }
        }
        return null;
    }

    private static IEnumerable<Expr> Factors(Expr term) =>
        term is Expr.Binary { Op: BinaryOp.Multiply } product ? Factors(product.Left).Concat(Factors(product.Right)) : [term];

    /// <summary>Elements from one lane to the next; null where other than the last dimension moves.</summary>
    private static int? Stride(IReadOnlyList<AffineIndex> indices, string axis)
    {
        for (var i = 0; i < indices.Count - 1; i++)
            if (indices[i].CoefficientOf(axis) != 0) return null;
        return indices.Count == 0 ? 0 : indices[^1].CoefficientOf(axis);
    }
}
