using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>
/// Turns of a window that lie wholly in the padding add nothing (zero to a sum of products, −∞ to a maximum). Where a guard depends on
/// nothing inside the register tile, the loop that settles it leaves such turns out, and the guard is gone.
/// </summary>
internal static class WindowRestriction
{
    /// <summary>The bounds under which loops may run, by loop, and the term without the guards they make needless.</summary>
    public static (IReadOnlyDictionary<string, Bound> Where, Value Term) Of(ScheduledNest nest, Value term)
    {
        var where = new Dictionary<string, Bound>(StringComparer.Ordinal);
        return (where, Strip(nest, term, nest.Computation.Reducer, where));
    }

    private static Value Strip(ScheduledNest nest, Value value, Reducer reducer, Dictionary<string, Bound> where) => value switch
    {
        Value.Load load when IsNeutral(load.Access.Fill, reducer) => new Value.Load(Strip(nest, load.Access, where)),
        Value.Binary { Op: BinaryOp.Multiply } product when reducer == Reducer.Sum =>
            product with { Left = Strip(nest, product.Left, reducer, where), Right = Strip(nest, product.Right, reducer, where) },
        _ => value,
    };

    private static Access Strip(ScheduledNest nest, Access access, Dictionary<string, Bound> where)
    {
        var kept = access.Guards;
        foreach (var guard in access.Guards)
        {
            if (guard.Kind != GuardKind.Address || Settled(nest, guard.Bound) is not { } loop) continue;
            if (where.TryGetValue(loop, out var other) && !(other.Index.Same(guard.Bound.Index) && other.Extent == guard.Bound.Extent))
                continue;
            where[loop] = guard.Bound;
            kept = kept.Remove(guard);
        }
        return access with { Guards = kept };
    }

    /// <summary>
    /// The innermost loop the bound depends on, if that is a reduction loop that moves forwards and the bound is the same for the whole
    /// tile.
    /// </summary>
    private static string? Settled(ScheduledNest nest, Bound bound)
    {
        var innermost = nest.Loops.LastOrDefault(l => bound.Index.Mentions(l.Name));
        if (innermost is null || nest.Computation[innermost.Axis].Kind != AxisKind.Reduction) return null;
        // Positions that share vectors are not turns of a loop.
        if (innermost.Axis == nest.SharedTaps?.Axis) return null;
        return bound.Index.CoefficientOf(innermost.Name) > 0 ? innermost.Name : null;
    }

    /// <summary>Whether a value read from the padding makes a product of the term, or the term itself, without effect.</summary>
    public static bool IsNeutral(float fill, Reducer reducer) => reducer switch
    {
        Reducer.Sum => fill == 0,
        Reducer.Max => float.IsNegativeInfinity(fill),
        _ => false,
    };
}
