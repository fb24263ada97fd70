using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>
/// The reduction loops. Turns that do not fill a whole inner tile are peeled: the outer loop stops early and its last turn stands behind it
/// with shorter inner loops, so that no iteration checks whether it exists.
/// </summary>
internal sealed class ReductionLowering(ScheduledNest nest, IReadOnlyDictionary<string, Bound> where)
{
    public ImmutableArray<Statement> Lower(Statement.Accumulate innermost)
    {
        var loops = nest.Loops.Where(l => nest.Computation[l.Axis].Kind == AxisKind.Reduction).ToImmutableArray();
        var extents = loops.Select(l => l.Axis).Distinct().ToImmutableDictionary(a => a, a => nest.Computation[a].Extent);
        return Lower(loops, 0, extents, innermost);
    }

    private ImmutableArray<Statement> Lower(
        ImmutableArray<ScheduledLoop> loops, int depth, ImmutableDictionary<string, int> remaining, Statement.Accumulate innermost)
    {
        if (depth == loops.Length) return [innermost];
        var loop = loops[depth];
        var (full, tail) = Math.DivRem(remaining[loop.Axis], loop.Stride);
        var kind = loop.Role == LoopRole.Unrolled ? LoopKind.Unrolled : LoopKind.Serial;
        var statements = ImmutableArray.CreateBuilder<Statement>();
        if (full > 0) statements.Add(For(0, full, loop.Stride));
        if (tail > 0) statements.Add(For(full, full + 1, tail));
        return statements.ToImmutable();

        Statement For(int begin, int end, int inside)
        {
            var body = Lower(loops, depth + 1, remaining.SetItem(loop.Axis, inside), innermost);
            return new Statement.For(loop.Name, begin, end, kind, where.GetValueOrDefault(loop.Name), body);
        }
    }
}
