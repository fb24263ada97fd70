using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>
/// Whether the points of a tile can share accumulators as they are told to: every element that is stored has lanes, and the weights that repeat it are
/// packed.
/// </summary>
internal sealed class SharingFaults(LoopNest nest, Statement.Tile tile, SharedVector shared, Facts facts)
{
    /// <param name="facts">What is known inside the tile.</param>
    public static IEnumerable<string> Of(LoopNest nest, Statement.Tile tile, Facts facts)
    {
        if (tile.Shared is not { } shared) return [];
        if (nest.LaneVariable is null) return ["lanes are shared where there are none"];
        if (tile.Loops.FirstOrDefault(l => l.Variable == shared.Loop) is not { } loop) return [$"{shared.Loop} is shared and not in its tile"];
        return new SharingFaults(nest, tile, shared, facts).Faults(loop);
    }

    private IEnumerable<string> Faults(TileLoop loop)
    {
        var elements = 0;
        foreach (var group in shared.Groups)
        {
            if (group.First != elements) yield return $"the shared elements from {elements} to {group.First} are in no group";
            if (group.Count * group.Ways > nest.Lanes) yield return $"{group.Ways} points do not fit {group.Count} lanes each into {nest.Lanes}";
            elements = group.First + group.Count;
        }
        var behind = facts.With(loop.Variable, new Interval(loop.Extent - 1, loop.Extent - 1)).With(nest.LaneVariable!, new Interval(elements, nest.Lanes - 1));
        var vectors = facts.With(loop.Variable, new Interval(loop.Extent - 1, loop.Extent - 2 + shared.Groups.Length));
        foreach (var statement in Inside(tile.Body))
        {
            if (statement is Statement.Store store && elements < nest.Lanes && !store.Target.Guards.Any(g => behind.Range(g.Bound.Index).Low >= g.Bound.Extent))
                yield return $"elements from {elements} on are stored and in no group";
            var loads = statement is Statement.Store { Value: var value } ? value.Loads() : ((Statement.Accumulate)statement).Term.Loads();
            foreach (var fault in loads.Where(IsPacked).SelectMany(a => Faults(a, loop, vectors))) yield return fault;
        }
    }

    private IEnumerable<string> Faults(Access access, TileLoop loop, Facts vectors)
    {
        var buffer = nest.Buffers[access.Slot];
        foreach (var other in tile.Loops.Where(l => l != loop))
            if (access.Indices.Any(i => i.Mentions(other.Variable))) yield return $"{buffer.Name} differs along {other.Variable}, whose points share";
        for (var d = 0; d < access.Indices.Length; d++)
            if (access.Indices[d].Mentions(loop.Variable) && !vectors.Range(access.Indices[d]).FitsIn(buffer.Extents[d]))
                yield return $"{buffer.Name} has no vector for each of the {shared.Groups.Length} groups";
    }

    private bool IsPacked(Access access) =>
        nest.Buffers[access.Slot].Role == BufferRole.Weight && access.Indices.Any(i => i.Mentions(nest.LaneVariable!));

    /// <summary>All accumulations and stores.</summary>
    private static IEnumerable<Statement> Inside(IEnumerable<Statement> statements) => statements.SelectMany(s => s switch
    {
        Statement.For loop => Inside(loop.Body),
        Statement.Let let => Inside(let.Body),
        Statement.If condition => Inside(condition.Then).Concat(Inside(condition.Else)),
        Statement.Accumulate or Statement.Store => [s],
        _ => [],
    });
}
