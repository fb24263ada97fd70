using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>A decent schedule for any computation without measuring anything: what "untuned" means.</summary>
public static class DefaultSchedule
{
    /// <summary>Updates written out in one straight line; more only fills the instruction cache.</summary>
    private const int UnrolledUpdates = 256;

    private const int ScalarsInARow = 8;

    /// <summary>Weights of so many bytes have left the inner caches since the last image.</summary>
    private const long StreamedWeights = 1 << 20;

    /// <summary>One page.</summary>
    private const int PrefetchDistance = 4096;

    /// <summary>
    /// Vectors along the lane axis or the channels that are summed over, and a register tile, both chosen by counting; the windows' loops outside the
    /// channels', threads over filters or rows.
    /// </summary>
    public static Schedule For(Computation computation, Target target)
    {
        var choices = LaneChoice.Of(computation, target).Select(lanes => (Lanes: lanes, Best: Tile(computation, target, lanes))).ToList();
        if (choices.Count == 0) return Scalar(computation, target);
        var (lanes, (tile, _)) = choices.MinBy(c => c.Best.Cycles);
        return Vectorized(computation, target, lanes, tile);
    }

    /// <summary>Points that are in the register tile anyway leave no room for others.</summary>
    private static (RegisterTileShape Tile, double Cycles) Tile(Computation computation, Target target, LaneChoice lanes) =>
        Points(computation).IsEmpty ? new RegisterTileChoice(computation, target, lanes).Best() : (new RegisterTileShape(1, 1, 1), 0);

    private static Schedule Vectorized(Computation computation, Target target, LaneChoice lanes, RegisterTileShape tile)
    {
        var laneAxis = computation.LaneAxis;
        var names = new LoopNames();
        var registers = new List<string>();
        foreach (var (axis, factor) in new[] { ("oh", tile.Rows), ("ow", tile.Columns) })
            if (factor > 1) registers.Add(names.Split(axis, factor));
        // Operands of the inner register loops stay in registers while the outer ones pass: the fewer go inside.
        if (tile.Vectors > 1) registers.Insert(tile.Vectors > tile.Rows * tile.Columns ? 0 : registers.Count, names.Split(laneAxis, tile.Vectors));
        registers.AddRange(Points(computation));
        var lane = names.Split(lanes.Axis, lanes.Lanes);

        var spatial = computation.Axes.Where(a => a.Kind == AxisKind.Spatial).ToList();
        var turns = spatial.ToDictionary(a => a.Name, a => AxisSplit.CeilDiv(a.Extent, names.Tile(a.Name)));
        var parallel = Parallel(spatial, turns, laneAxis, target.Threads);
        // Filters outside keep their weights near; without a reduction nothing is used again, and memory is walked along its channels.
        var laneRank = computation.Reducer == Reducer.None ? 1 : -1;
        var spatialOrder = spatial.Select(a => a.Name).OrderByDescending(n => n == parallel).ThenBy(n => n == laneAxis ? laneRank : 0).ToList();
        var reductions = Reductions(computation);
        // Blocks outside the windows, whose guards then cover one block and not the image.
        var blocked = reductions.Where(r => r != lanes.Axis && computation.BlockOf(r) > 0).ToList();
        var inBlocks = blocked.Select(r => names.Split(r, computation.BlockOf(r))).ToList();
        var outer = spatialOrder.Concat(reductions.OrderByDescending(blocked.Contains)).Select(names.Outer);
        var primitives = names.Splits().ToList();
        primitives.Add(new Primitive.Reorder([.. outer, .. inBlocks, .. registers, lane]));
        primitives.Add(new Primitive.Vectorize(lane));
        if (registers.Count > 0) primitives.Add(new Primitive.RegisterTile([.. registers]));
        primitives.AddRange(Unrolls(computation, reductions, tile.Accumulators));
        if (parallel is not null && ThreadSharing.Pays(computation, target, lanes.Lanes)) primitives.Add(new Primitive.Parallel(names.Outer(parallel)));
        if (computation.WeightBytes >= StreamedWeights) primitives.Add(new Primitive.Prefetch(PrefetchDistance));
        return new Schedule([.. primitives]);
    }

    private static Schedule Scalar(Computation computation, Target target)
    {
        if (computation.Reducer == Reducer.None && computation[computation.LaneAxis].Extent > 1 && Points(computation).IsEmpty) return OneByOne(computation, target);
        var spatial = computation.Axes.Where(a => a.Kind == AxisKind.Spatial).ToList();
        var parallel = Parallel(spatial, spatial.ToDictionary(a => a.Name, a => a.Extent), computation.LaneAxis, target.Threads);
        var names = new LoopNames();
        var order = Walked(spatial.Select(a => a.Name).OrderByDescending(n => n == parallel)).Concat(Walked(Reductions(computation)));
        var points = Points(computation);
        List<Primitive> primitives = [new Primitive.Reorder([.. order, .. points])];
        primitives.InsertRange(0, names.Splits());
        if (!points.IsEmpty) primitives.Add(new Primitive.RegisterTile(points));
        if (parallel is not null && ThreadSharing.Pays(computation, target, lanes: 1)) primitives.Add(new Primitive.Parallel(names.Outer(parallel)));
        return new Schedule([.. primitives]);

        // Axes that walk blocks of channels do so block by block, innermost channel by channel.
        List<string> Walked(IEnumerable<string> axes)
        {
            var all = axes.ToList();
            var inside = all.Where(a => computation.BlockOf(a) > 0).Select(a => names.Split(a, computation.BlockOf(a))).ToList();
            return [.. all.Select(names.Outer), .. inside];
        }
    }

    /// <summary>What is moved to where it is not contiguous: pixel by pixel, some channels in one straight line.</summary>
    private static Schedule OneByOne(Computation computation, Target target)
    {
        var lane = computation[computation.LaneAxis];
        var row = computation.BlockOf(lane.Name) is var block and > 0 ? block : ScalarsInARow;
        var isSplit = lane.Extent > row;
        var outside = computation.Axes.Where(a => a != lane).ToList();
        var parallel = Parallel(outside, outside.ToDictionary(a => a.Name, a => a.Extent), lane.Name, target.Threads) ?? (isSplit ? $"{lane.Name}.0" : null);
        var inside = isSplit ? $"{lane.Name}.1" : lane.Name;
        var around = outside.Select(a => a.Name).Concat(isSplit ? [$"{lane.Name}.0"] : Array.Empty<string>());
        var primitives = new List<Primitive>
        {
            new Primitive.Reorder([.. around.OrderByDescending(n => n == parallel), inside]),
            new Primitive.RegisterTile([inside]),
        };
        if (isSplit) primitives.Insert(0, new Primitive.Split(lane.Name, [row]));
        if (parallel is not null && ThreadSharing.Pays(computation, target, lanes: 1)) primitives.Add(new Primitive.Parallel(parallel));
        return new Schedule([.. primitives]);
    }

    private static ImmutableArray<string> Points(Computation computation) =>
        [.. computation.Axes.Where(a => a.Kind == AxisKind.Point).Select(a => a.Name)];

    /// <summary>The axis whose turns fill the threads most evenly; on a tie the lanes', so that a thread keeps its filters.</summary>
    private static string? Parallel(IReadOnlyList<Axis> spatial, Dictionary<string, int> turns, string laneAxis, int threads)
    {
        var best = spatial
            .Where(a => turns[a.Name] > 1)
            .OrderByDescending(a => (double)turns[a.Name] / (AxisSplit.CeilDiv(turns[a.Name], threads) * threads))
            .ThenByDescending(a => a.Name == laneAxis)
            .FirstOrDefault();
        return best?.Name;
    }

    /// <summary>Windows outside channels: their guards are then settled outside the longest loop.</summary>
    private static ImmutableArray<string> Reductions(Computation computation) =>
        [.. computation.Axes.Where(a => a.Kind == AxisKind.Reduction).Select(a => a.Name).OrderBy(n => n is "ic" ? 1 : 0)];

    /// <summary>Short windows without channels behind them are written out, innermost first.</summary>
    private static IEnumerable<Primitive> Unrolls(Computation computation, ImmutableArray<string> reductions, int accumulators)
    {
        if (computation.Has("ic")) yield break;
        var updates = accumulators;
        foreach (var axis in reductions.Reverse())
        {
            updates *= computation[axis].Extent;
            if (updates > UnrolledUpdates) yield break;
            yield return new Primitive.Unroll(axis);
        }
    }
}
