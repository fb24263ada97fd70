namespace CPrune.Tuning.Space;

/// <summary>
/// The two operators of evolution: change one decision, or mix two points. Children are legal by construction: of 2400 of random programs of random computations the
/// compiler refused none, and where it does, it says why (<c>OffspringTests</c>).
/// </summary>
internal sealed class Variation(Sketch sketch, Sampler sampler, Random random)
{
    /// <summary>Changes one decision.</summary>
    public Decisions Mutate(Decisions parent) => sampler.Affordable(random.Next(9) switch
    {
        0 => WithLanes(parent),
        1 => sampler.WithRegisterTile(parent),
        2 or 3 => WithRegisterNeighbour(parent),
        4 => sampler.WithCache(parent, random.Next(sketch.Spatial.Length)),
        5 => sampler.WithSpatialSwap(parent),
        8 when sketch.PrefetchChoices.Count > 1 => parent with { WeightPrefetch = sampler.Prefetch() },
        6 when sketch.Reductions.Length > 1 => sampler.WithReductionSwap(parent),
        _ when sketch.Reductions.Length > 0 => WithReduction(parent),
        _ => sampler.WithRegisterTile(parent),
    });

    /// <summary>Every decision from one of two parents; the register tile is one decision.</summary>
    public Decisions Cross(Decisions a, Decisions b)
    {
        var tiles = Either(a, b);
        var child = new Decisions(
            tiles.Lanes,
            [.. tiles.Spatial.Select((tile, axis) => tile with { Cache = Either(a, b).Spatial[axis].Cache })],
            [.. Enumerable.Range(0, sketch.Reductions.Length).Select(axis => Either(a, b).Reductions[axis])],
            Either(a, b).SpatialOrder,
            Either(a, b).ReductionOrder,
            Either(a, b).Parallel);
        return sampler.Affordable((child with { WeightPrefetch = Either(a, b).WeightPrefetch }).Normalized());
    }

    /// <summary>Other lanes with as many filters in the register tile, as near as vectors can.</summary>
    private Decisions WithLanes(Decisions parent)
    {
        var lanes = sampler.Lanes();
        var tile = parent.Spatial[sketch.LaneAxis];
        var most = Math.Min(Sampler.MostVectors, sketch.Turns(sketch.LaneAxis, lanes));
        var vectors = Math.Clamp(tile.Register * parent.Lanes.Elements / lanes.Elements, 1, most);
        return parent with { Lanes = lanes, Spatial = parent.Spatial.SetItem(sketch.LaneAxis, tile with { Register = vectors }) };
    }

    private Decisions WithRegisterNeighbour(Decisions parent)
    {
        var axis = random.Next(sketch.Spatial.Length);
        var tile = parent.Spatial[axis];
        var others = parent.Spatial.Where((_, i) => i != axis).Aggregate(1, (n, t) => n * t.Register);
        var size = TileSizes.Neighbour(tile.Register, sketch.Turns(axis, parent.Lanes), Math.Max(1, sketch.Registers / others), random);
        return parent with { Spatial = parent.Spatial.SetItem(axis, tile with { Register = size }) };
    }

    private Decisions WithReduction(Decisions parent)
    {
        var axis = random.Next(sketch.Reductions.Length);
        return (parent with { Reductions = parent.Reductions.SetItem(axis, sampler.Reduction(axis, parent.Lanes)) }).Normalized();
    }

    private Decisions Either(Decisions a, Decisions b) => random.Next(2) == 0 ? a : b;
}
