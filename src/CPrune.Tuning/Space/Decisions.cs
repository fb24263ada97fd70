using System.Collections.Immutable;

namespace CPrune.Tuning.Space;

/// <summary>How a spatial axis is tiled. 1 means that there is no such loop.</summary>
/// <param name="Cache">Turns of the loop between the outer one and the register tile.</param>
/// <param name="Register">Turns in the register tile; of the lane axis: vectors, or elements where lanes are partial sums.</param>
internal readonly record struct SpatialTile(int Cache, int Register);

/// <summary>How a reduction axis is tiled.</summary>
/// <param name="Inner">Turns of the inner loop, in vectors where lanes run along the axis; 1 where there is no such loop.</param>
/// <param name="Unroll">Whether its innermost loop is written out.</param>
internal readonly record struct ReductionTile(int Inner, bool Unroll);

/// <summary>What a vector holds.</summary>
/// <param name="Count">Lanes; 1 for scalar code.</param>
/// <param name="Reduction">The reduction axis, by its place in the sketch, whose partial sums lanes are; null where they run along the lane axis.</param>
internal readonly record struct VectorLanes(int Count, int? Reduction = null)
{
    /// <summary>Elements of the lane axis in one vector.</summary>
    public int Elements => Reduction is null ? Count : 1;
}

/// <summary>A loop outside the register tile: an axis by its place in the sketch, 0 for its outer loop and 1 for the next.</summary>
internal readonly record struct LoopRef(int Axis, int Level);

/// <summary>One point of a computation's schedule space: what the search samples, changes and crosses.</summary>
/// <param name="Lanes">What vectors hold.</param>
/// <param name="Spatial">One per spatial axis of the sketch.</param>
/// <param name="Reductions">One per reduction axis of the sketch.</param>
/// <param name="SpatialOrder">Loops outside the reduction, outermost first.</param>
/// <param name="ReductionOrder">Loops of the reduction, outermost first.</param>
/// <param name="Parallel">Whether the outermost loop is shared among threads.</param>
internal sealed record Decisions(
    VectorLanes Lanes,
    ImmutableArray<SpatialTile> Spatial,
    ImmutableArray<ReductionTile> Reductions,
    ImmutableArray<LoopRef> SpatialOrder,
    ImmutableArray<LoopRef> ReductionOrder,
    bool Parallel)
{
    /// <summary>How far ahead weights are asked for, in bytes; 0 for not at all.</summary>
    public int WeightPrefetch { get; init; }

    /// <summary>The same decisions with the orders naming exactly the loops that exist: lost ones dropped, new ones put right inside their axis's outer loop.</summary>
    public Decisions Normalized() => this with
    {
        SpatialOrder = Fitted(SpatialOrder, Spatial.Length, axis => Spatial[axis].Cache > 1),
        ReductionOrder = Fitted(ReductionOrder, Reductions.Length, axis => Reductions[axis].Inner > 1),
    };

    private static ImmutableArray<LoopRef> Fitted(ImmutableArray<LoopRef> order, int axes, Func<int, bool> hasInner)
    {
        var loops = order.Where(l => l.Level == 0 || hasInner(l.Axis)).Distinct().ToList();
        for (var axis = 0; axis < axes; axis++)
        {
            var (outer, inner) = (new LoopRef(axis, 0), new LoopRef(axis, 1));
            if (!loops.Contains(outer)) loops.Add(outer);
            if (!hasInner(axis)) continue;
            var outerAt = loops.IndexOf(outer);
            var innerAt = loops.IndexOf(inner);
            if (innerAt < 0) loops.Insert(outerAt + 1, inner);
            else if (innerAt < outerAt) (loops[outerAt], loops[innerAt]) = (inner, outer);
        }

        return [.. loops];
    }
}
