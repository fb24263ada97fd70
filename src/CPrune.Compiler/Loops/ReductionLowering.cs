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
        if (nest.SharedTaps is not { } taps || nest.LaneLoop is not { } lane)
            return Lower(loops, 0, extents, left => [new Statement.Accumulate(nest.Computation.Reducer, IsEnd(left) ? end : term)]);
        // Whole vectors first; then, once for all positions that share vectors, what is left of them.
        var whole = extents[lane.Axis] - taps.Channels;
        ImmutableArray<Statement> full = whole == 0
            ? []
            : Lower(loops, 0, extents.SetItem(lane.Axis, whole), _ => [new Statement.Accumulate(nest.Computation.Reducer, term)]);
        var others = loops.RemoveAll(l => l.Axis == lane.Axis || l.Axis == taps.Axis);
        return full.AddRange(Lower(others, 0, extents, _ => Shared(taps, lane.Axis, whole, term)));
    }

    private bool IsEnd(ImmutableDictionary<string, int> left) => nest.SumsLanes && left[nest.LaneLoop!.Axis] < nest.Lanes;

    private ImmutableArray<Statement> Lower(
        ImmutableArray<ScheduledLoop> loops,
        int depth,
        ImmutableDictionary<string, int> left,
        Func<ImmutableDictionary<string, int>, ImmutableArray<Statement>> innermost)
    {
        if (depth == loops.Length) return innermost(left);
        var loop = loops[depth];
        var (full, tail) = Math.DivRem(left[loop.Axis], loop.Stride);
        var kind = loop.Role == LoopRole.Unrolled ? LoopKind.Unrolled : LoopKind.Serial;
        var statements = ImmutableArray.CreateBuilder<Statement>();
        if (full > 0) statements.Add(For(0, full, loop.Stride));
        if (tail > 0) statements.Add(For(full, full + 1, tail));
        return statements.ToImmutable();

        Statement For(int begin, int end, int inside)
        {
            var body = Lower(loops, depth + 1, left.SetItem(loop.Axis, inside), innermost);
            return new Statement.For(loop.Name, begin, end, kind, where.GetValueOrDefault(loop.Name), body);
        }
    }

    /// <summary>The vectors that positions of the window share, at the one place of the channels' loops where the last channels begin.</summary>
    private ImmutableArray<Statement> Shared(SharedTaps taps, string channels, int start, Value term)
    {
        var loop = nest.LoopsOf(taps.Axis)[0];
        var places = new List<(ScheduledLoop Loop, int Turn)>();
        foreach (var outer in nest.LoopsOf(channels).Where(l => l.Role != LoopRole.Lane))
        {
            places.Add((outer, start / outer.Stride));
            start %= outer.Stride;
        }
        return [.. Enumerable.Range(0, taps.Vectors).Select(vector =>
        {
            Statement accumulate = new Statement.Accumulate(nest.Computation.Reducer, term) { Taps = LaneSum.TapsOf(taps, loop.Name, vector) };
            return Once(loop, vector, places.AsEnumerable().Reverse().Aggregate(accumulate, (body, at) => Once(at.Loop, at.Turn, body)));
        })];
    }

    private static Statement.For Once(ScheduledLoop loop, int turn, Statement body) => new(loop.Name, turn, turn + 1, LoopKind.Serial, null, [body]);
}
