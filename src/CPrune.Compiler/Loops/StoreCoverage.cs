using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>
/// Whether the stores write exactly the indices the computation asks for: per output dimension, by running through the variables that
/// dimension depends on.
/// </summary>
internal sealed class StoreCoverage
{
    private readonly LoopNest _nest;
    private readonly List<(Statement.Store Store, ImmutableList<Frame> Frames)> _stores = [];

    private StoreCoverage(LoopNest nest) => _nest = nest;

    /// <summary>One step from the root of the nest to a store.</summary>
    private abstract record Frame
    {
        internal sealed record Turns(string Variable, int Begin, int End) : Frame;

        internal sealed record Minimum(string Variable, AffineIndex Value, int AtMost) : Frame;

        internal sealed record Condition(AffineIndex Index, long From, long Below) : Frame;
    }

    public static IReadOnlyList<string> Faults(LoopNest nest, Computation computation)
    {
        var coverage = new StoreCoverage(nest);
        ImmutableList<Frame> root = nest.LaneVariable is { } lane ? [new Frame.Turns(lane, 0, nest.Lanes)] : [];
        coverage.Collect(nest.Body, root);
        var faults = new List<string>();
        for (var d = 0; d < computation.OutputIndices.Length; d++)
        {
            var wanted = Wanted(computation, computation.OutputIndices[d]);
            var written = coverage.Written(d);
            if (wanted.Except(written).Order().Take(1).ToList() is [var missing])
                faults.Add($"index {missing} of output dimension {d} is never written");
            if (written.Except(wanted).Order().Take(1).ToList() is [var extra])
                faults.Add($"index {extra} of output dimension {d} is written and should not be");
        }
        return faults;
    }

    private static HashSet<long> Wanted(Computation computation, AffineIndex index)
    {
        ImmutableList<Frame> frames = [.. computation.Axes.Select(a => new Frame.Turns(a.Name, 0, a.Extent))];
        var values = new HashSet<long>();
        Enumerate(frames, index, values);
        return values;
    }

    private HashSet<long> Written(int dimension)
    {
        var values = new HashSet<long>();
        foreach (var (store, frames) in _stores)
        {
            var conditions = store.Target.Guards.Select(g => (Frame)new Frame.Condition(g.Bound.Index, 0, g.Bound.Extent));
            Enumerate(frames.AddRange(conditions), store.Target.Indices[dimension], values);
        }
        return values;
    }

    private void Collect(ImmutableArray<Statement> statements, ImmutableList<Frame> frames)
    {
        foreach (var statement in statements)
        {
            switch (statement)
            {
                case Statement.For loop:
                    var turns = frames.Add(new Frame.Turns(loop.Variable, loop.Begin, loop.End));
                    Collect(loop.Body, loop.Where is { } where ? turns.Add(new Frame.Condition(where.Index, 0, where.Extent)) : turns);
                    break;
                case Statement.Let let:
                    Collect(let.Body, frames.Add(new Frame.Minimum(let.Variable, let.Value, let.AtMost)));
                    break;
                case Statement.If condition:
                    Collect(condition.Then, frames.Add(new Frame.Condition(condition.Index, long.MinValue, condition.Limit)));
                    Collect(condition.Else, frames.Add(new Frame.Condition(condition.Index, condition.Limit, long.MaxValue)));
                    break;
                case Statement.Tile tile:
                    Collect(tile.Body, frames.AddRange(tile.Loops.Select(l => new Frame.Turns(l.Variable, 0, l.Extent))));
                    break;
                case Statement.Store store:
                    _stores.Add((store, frames));
                    break;
            }
        }
    }

    /// <summary>Adds every value the index takes, running only through frames that bear on it.</summary>
    private static void Enumerate(ImmutableList<Frame> frames, AffineIndex index, HashSet<long> values)
    {
        var relevant = index.Terms.Select(t => t.Axis).ToHashSet(StringComparer.Ordinal);
        for (var before = -1; before != relevant.Count;)
        {
            before = relevant.Count;
            foreach (var frame in frames)
            {
                if (frame is Frame.Minimum let && relevant.Contains(let.Variable)) relevant.UnionWith(let.Value.Terms.Select(t => t.Axis));
                if (frame is Frame.Condition condition && condition.Index.Terms.Any(t => relevant.Contains(t.Axis)))
                    relevant.UnionWith(condition.Index.Terms.Select(t => t.Axis));
            }
        }
        var bearing = frames.Where(f => f switch
        {
            Frame.Turns turns => relevant.Contains(turns.Variable),
            Frame.Minimum let => relevant.Contains(let.Variable),
            Frame.Condition condition => condition.Index.Terms.Any(t => relevant.Contains(t.Axis)),
            _ => false,
        }).ToArray();
        Run(bearing, 0, new Dictionary<string, long>(StringComparer.Ordinal), index, values);
    }

    private static void Run(Frame[] frames, int depth, Dictionary<string, long> variables, AffineIndex index, HashSet<long> values)
    {
        if (depth == frames.Length)
        {
            values.Add(Evaluate(index, variables));
            return;
        }
        switch (frames[depth])
        {
            case Frame.Turns turns:
                for (var i = turns.Begin; i < turns.End; i++)
                {
                    variables[turns.Variable] = i;
                    Run(frames, depth + 1, variables, index, values);
                }
                break;
            case Frame.Minimum let:
                variables[let.Variable] = Math.Min(Evaluate(let.Value, variables), let.AtMost);
                Run(frames, depth + 1, variables, index, values);
                break;
            case Frame.Condition condition:
                var value = Evaluate(condition.Index, variables);
                if (value >= condition.From && value < condition.Below) Run(frames, depth + 1, variables, index, values);
                break;
        }
    }

    private static long Evaluate(AffineIndex index, Dictionary<string, long> variables)
    {
        long sum = index.Offset;
        foreach (var (variable, coefficient) in index.Terms) sum += coefficient * variables[variable];
        return sum;
    }
}
