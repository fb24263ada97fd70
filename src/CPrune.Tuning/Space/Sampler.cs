using System.Collections.Immutable;
using CPrune.Compiler.Schedules;

namespace CPrune.Tuning.Space;

/// <summary>Draws decisions at random, with most of the weight where good programs are: register tiles that fill the register file.</summary>
internal sealed class Sampler(Sketch sketch, Random random)
{
    /// <summary>Vectors of the lane axis in a register tile.</summary>
    public const int MostVectors = 8;

    private const double CacheShare = 0.2;

    /// <summary>Loops this short are only written out or not; longer ones can be split as well.</summary>
    private const int ShortLoop = 8;

    /// <summary>
    /// Accumulator updates written out in one straight line. Twice as many hardly fit the first instruction cache, are never fastest, and take LLVM ten
    /// times as long.
    /// </summary>
    private const int MostUnrolledUpdates = 640;

    private static readonly int[] InnerSizes = [2, 4, 8, 16, 32];

    public Decisions Draw()
    {
        var lanes = Lanes();
        var decisions = new Decisions(
            lanes,
            [.. sketch.Spatial.Select(_ => new SpatialTile(1, 1))],
            [.. sketch.Reductions.Select((_, axis) => Reduction(axis, lanes))],
            [.. Shuffled(sketch.Spatial.Length)],
            [.. Shuffled(sketch.Reductions.Length)],
            sketch.Target.Threads > 1 && random.NextDouble() < (ThreadSharing.Pays(sketch.Computation, sketch.Target, lanes.Count) ? 0.95 : 0.25))
        {
            WeightPrefetch = Prefetch(),
        };
        decisions = WithRegisterTile(decisions);
        for (var axis = 0; axis < sketch.Spatial.Length; axis++)
            if (random.NextDouble() < CacheShare) decisions = WithCache(decisions, axis);
        return Affordable(WithReductionShuffled(decisions.Normalized()));
    }

    /// <summary>
    /// The same decisions with reductions that end with the blocks that channels lie in, and without the longest of the unrolled loops, until the straight-line code is
    /// short enough.
    /// </summary>
    public Decisions Affordable(Decisions decisions)
    {
        decisions = InBlocks(decisions);
        var updates = decisions.Spatial.Aggregate(1L, (n, t) => n * t.Register);
        foreach (var (_, turns) in Unrolled(decisions)) updates *= turns;
        foreach (var (axis, turns) in Unrolled(decisions).OrderByDescending(u => u.Turns).ToList())
        {
            if (updates <= MostUnrolledUpdates) break;
            updates /= turns;
            decisions = decisions with { Reductions = decisions.Reductions.SetItem(axis, decisions.Reductions[axis] with { Unroll = false }) };
        }

        return decisions;
    }

    /// <summary>Tiles of a reduction may come from a parent whose lanes ran along it.</summary>
    private Decisions InBlocks(Decisions decisions) => (decisions with
    {
        Reductions = [.. decisions.Reductions.Select((tile, axis) => IsInBlocks(axis, decisions.Lanes) ? tile with { Inner = sketch.Block(axis) } : tile)],
    }).Normalized();

    private bool IsInBlocks(int axis, VectorLanes lanes) => lanes.Reduction != axis && sketch.Block(axis) > 0;

    public VectorLanes Lanes() => sketch.LaneChoices[random.Next(sketch.LaneChoices.Length)];

    public int Prefetch() => sketch.PrefetchChoices[random.Next(sketch.PrefetchChoices.Count)];

    /// <summary>Vectors, columns and rows whose product stays within the register file.</summary>
    public Decisions WithRegisterTile(Decisions decisions)
    {
        var budget = Math.Max(1, sketch.Registers - 2);
        var tiles = decisions.Spatial.ToBuilder();
        var vectors = Vectors(decisions.Lanes, Math.Min(decisions.Lanes.Reduction is null ? MostVectors : Math.Min(MostVectors, decisions.Lanes.Count), budget));
        tiles[sketch.LaneAxis] = tiles[sketch.LaneAxis] with { Register = vectors };
        budget = (int)(budget / sketch.VectorsAPoint(vectors, decisions.Lanes));
        // Columns first: neighbours in a row share more of their window's rows in cache. Groups never: their tiles share nothing.
        foreach (var name in random.Next(5) == 0 ? ["oh", "ow"] : new[] { "ow", "oh" })
        {
            var axis = AxisOf(name);
            if (axis < 0 || axis == sketch.LaneAxis) continue;
            var size = TileSizes.Draw(sketch.Spatial[axis].Extent, budget, random);
            tiles[axis] = tiles[axis] with { Register = size };
            budget /= size;
        }

        return (decisions with { Spatial = tiles.ToImmutable() }).Normalized();
    }

    /// <summary>Vectors of a register tile; often so many that a last vector that is not full has a full one beside it, and pixels can share it.</summary>
    private int Vectors(VectorLanes lanes, int most)
    {
        var turns = sketch.Turns(sketch.LaneAxis, lanes);
        if (most < 2 || !sketch.SharesTail(lanes) || random.Next(2) == 0) return TileSizes.Draw(turns, most, random);
        var sizes = Enumerable.Range(2, Math.Min(turns, most) - 1).Where(size => turns % size != 1).ToArray();
        return sizes[random.Next(sizes.Length)];
    }

    public Decisions WithCache(Decisions decisions, int axis)
    {
        var turns = (sketch.Turns(axis, decisions.Lanes) + decisions.Spatial[axis].Register - 1) / decisions.Spatial[axis].Register;
        var cache = TileSizes.Draw(turns, turns / 2, random);
        return (decisions with { Spatial = decisions.Spatial.SetItem(axis, decisions.Spatial[axis] with { Cache = cache }) }).Normalized();
    }

    public ReductionTile Reduction(int axis, VectorLanes lanes)
    {
        if (IsInBlocks(axis, lanes)) return new ReductionTile(sketch.Block(axis), random.Next(2) == 0);
        var extent = sketch.ReductionTurns(axis, lanes);
        if (extent <= ShortLoop) return new ReductionTile(1, extent > 1 && random.Next(2) == 0);
        var sizes = InnerSizes.Where(s => s < extent).Append(1).ToArray();
        var inner = sizes[random.Next(sizes.Length)];
        return new ReductionTile(inner, inner > 1 && random.NextDouble() < 0.7);
    }

    /// <summary>Swaps two loops outside the reduction.</summary>
    public Decisions WithSpatialSwap(Decisions decisions) =>
        (decisions with { SpatialOrder = Swapped(decisions.SpatialOrder) }).Normalized();

    /// <summary>Swaps two loops of the reduction.</summary>
    public Decisions WithReductionSwap(Decisions decisions) =>
        (decisions with { ReductionOrder = Swapped(decisions.ReductionOrder) }).Normalized();

    private Decisions WithReductionShuffled(Decisions decisions)
    {
        var loops = decisions.ReductionOrder.ToArray();
        random.Shuffle(loops);
        return (decisions with { ReductionOrder = [.. loops] }).Normalized();
    }

    private ImmutableArray<LoopRef> Swapped(ImmutableArray<LoopRef> order)
    {
        if (order.Length < 2) return order;
        var first = random.Next(order.Length);
        var second = (first + 1 + random.Next(order.Length - 1)) % order.Length;
        return order.SetItem(first, order[second]).SetItem(second, order[first]);
    }

    private LoopRef[] Shuffled(int axes)
    {
        var loops = Enumerable.Range(0, axes).Select(axis => new LoopRef(axis, 0)).ToArray();
        random.Shuffle(loops);
        return loops;
    }

    private IEnumerable<(int Axis, int Turns)> Unrolled(Decisions decisions) =>
        decisions.Reductions.Select((tile, axis) => (tile, axis)).Where(r => r.tile.Unroll)
            .Select(r => (r.axis, r.tile.Inner > 1 ? r.tile.Inner : sketch.ReductionTurns(r.axis, decisions.Lanes)));

    private int AxisOf(string name)
    {
        for (var axis = 0; axis < sketch.Spatial.Length; axis++)
            if (sketch.Spatial[axis].Name == name) return axis;
        return -1;
    }
}
