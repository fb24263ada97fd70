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
    private readonly List<(Statement.Store Store, ImmutableList<IndexFrame> Frames)> _stores = [];

    private StoreCoverage(LoopNest nest) => _nest = nest;

    public static IReadOnlyList<string> Faults(LoopNest nest, Computation computation)
    {
        var coverage = new StoreCoverage(nest);
        ImmutableList<IndexFrame> root = nest.LaneVariable is { } lane ? [new IndexFrame.Turns(lane, 0, nest.Lanes)] : [];
        coverage.Collect(nest.Body, root);
        var faults = new List<string>();
        for (var d = 0; d < computation.OutputIndices.Length; d++)
        {
            var wanted = Wanted(computation, d);
            var written = coverage.Written(computation.Output.Extents[d], d);
            for (var i = 0; i < wanted.Length; i++)
            {
                if (wanted[i] == written[i]) continue;
                faults.Add(wanted[i] ? $"index {i} of output dimension {d} is never written" : $"index {i} of output dimension {d} is written and should not be");
                break;
            }
        }
        return faults;
    }

    /// <summary>Tiles may overrun the output; what lies outside is not wanted.</summary>
    private static bool[] Wanted(Computation computation, int dimension)
    {
        var wanted = new bool[computation.Output.Extents[dimension]];
        IndexValues.Mark(computation.Axes.Select(a => new IndexFrame.Turns(a.Name, 0, a.Extent)), computation.OutputIndices[dimension], wanted);
        return wanted;
    }

    private bool[] Written(int extent, int dimension)
    {
        var written = new bool[extent];
        foreach (var (store, frames) in _stores)
        {
            var conditions = store.Target.Guards.Select(g => new IndexFrame.Condition(g.Bound.Index, 0, g.Bound.Extent));
            IndexValues.Mark(frames.Concat<IndexFrame>(conditions), store.Target.Indices[dimension], written);
        }
        return written;
    }

    private void Collect(ImmutableArray<Statement> statements, ImmutableList<IndexFrame> frames)
    {
        foreach (var statement in statements)
        {
            switch (statement)
            {
                case Statement.For loop:
                    var turns = frames.Add(new IndexFrame.Turns(loop.Variable, loop.Begin, loop.End));
                    Collect(loop.Body, loop.Where is { } where ? turns.Add(new IndexFrame.Condition(where.Index, 0, where.Extent)) : turns);
                    break;
                case Statement.Let let:
                    Collect(let.Body, frames.Add(new IndexFrame.Minimum(let.Variable, let.Value, let.AtMost)));
                    break;
                case Statement.If condition:
                    Collect(condition.Then, frames.Add(new IndexFrame.Condition(condition.Index, long.MinValue, condition.Limit)));
                    Collect(condition.Else, frames.Add(new IndexFrame.Condition(condition.Index, condition.Limit, long.MaxValue)));
                    break;
                case Statement.Tile tile:
                    Collect(tile.Body, frames.AddRange(tile.Loops.Select(l => new IndexFrame.Turns(l.Variable, 0, l.Extent))));
                    break;
                case Statement.Store store:
                    _stores.Add((store, frames));
                    break;
            }
        }
    }
}
