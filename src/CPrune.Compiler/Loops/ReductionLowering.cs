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
    /// <param name="term">What is reduced.</param>
    /// <param name="end">What is reduced where lanes run along a reduction and the last ones have no element.</param>
    public ImmutableArray<Statement> Lower(Value term, Value end)
    {
        var loops = nest.Loops.Where(l => nest.Computation[l.Axis].Kind == AxisKind.Reduction && l.Role != LoopRole.Lane).ToImmutableArray();
        var extents = nest.Computation.Axes.Where(a => a.Kind == AxisKind.Reduction).ToImmutableDictionary(a => a.Name, a => a.Extent);
        return Lower(loops, 0, extents, term, end);
    }

    private ImmutableArray<Statement> Lower(
        ImmutableArray<ScheduledLoop> loops, int depth, ImmutableDictionary<string, int> remaining, Value term, Value end)
    {
        if (depth == loops.Length)
        {
            var isEnd = nest.SumsLanes && remaining[nest.LaneLoop!.Axis] < nest.Lanes;
            return [new Statement.Accumulate(nest.Computation.Reducer, isEnd ? end : term)];
        }
        var loop = loops[depth];
        var (full, tail) = Math.DivRem(remaining[loop.Axis], loop.Stride);
        var kind = loop.Role == LoopRole.Unrolled ? LoopKind.Unrolled : LoopKind.Serial;
        var statements = ImmutableArray.CreateBuilder<Statement>();
        if (full > 0) statements.Add(For(0, full, loop.Stride));
        if (tail > 0) statements.Add(For(full, full + 1, tail));
        return statements.ToImmutable();

        Statement For(int begin, int below, int inside)
        {
            var body = Lower(loops, depth + 1, remaining.SetItem(loop.Axis, inside), term, end);
            return new Statement.For(loop.Name, begin, below, kind, where.GetValueOrDefault(loop.Name), body);
        }
    }
}
