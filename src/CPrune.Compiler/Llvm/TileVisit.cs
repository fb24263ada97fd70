using System.Collections.Immutable;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Llvm;

/// <summary>One stop of a walk over a register tile.</summary>
/// <param name="Slot">What is at hand: an accumulator, or the first points of one that is shared.</param>
/// <param name="Accumulator">Its number; null as long as points of it are still to come.</param>
internal sealed record TileVisit(AccumulatorSlot Slot, int? Accumulator)
{
    /// <summary>The walk in the order of the tile's loops; a shared accumulator comes with the last of its points.</summary>
    public static ImmutableArray<TileVisit> Of(Statement.Tile tile)
    {
        var visits = ImmutableArray.CreateBuilder<TileVisit>();
        var points = Points(tile);
        var vectors = tile.Loops.Select(l => l.Variable).ToList().IndexOf(tile.Shared?.Loop ?? "");
        var sharing = vectors < 0 ? [] : points.RemoveAll(p => p[vectors] != tile.Loops[vectors].Extent - 1);
        var (accumulators, shared) = (0, 0);
        foreach (var point in points)
        {
            if (!sharing.Contains(point))
            {
                visits.Add(new TileVisit(new AccumulatorSlot([point]), accumulators++));
                continue;
            }
            shared++;
            for (var g = 0; g < tile.Shared!.Groups.Length; g++)
            {
                var group = tile.Shared.Groups[g];
                var before = (shared - 1) / group.Ways * group.Ways;
                var slot = new AccumulatorSlot([.. sharing[before..shared]], group, (tile.Shared.Loop, point[vectors] + g));
                var isWhole = shared - before == group.Ways || shared == sharing.Length;
                visits.Add(new TileVisit(slot, isWhole ? accumulators++ : null));
            }
        }
        return visits.ToImmutable();
    }

    /// <summary>The accumulators that hold the sums of lanes, and whose sums those are, lane by lane.</summary>
    public static ImmutableArray<(AccumulatorSlot Slot, ImmutableArray<int> Sources)> Sums(Statement.Tile tile, Statement.SumLanes sum)
    {
        var points = Points(tile);
        var along = tile.Loops.Select(l => l.Variable).ToList().IndexOf(sum.Loop ?? "");
        var turns = along < 0 ? 1 : tile.Loops[along].Extent;
        var group = new LaneGroup(0, turns, sum.Ways);
        var firsts = along < 0 ? points : [.. points.Where(p => p[along] == 0)];
        return [.. firsts.Chunk(sum.Ways).Select(chunk => (
            new AccumulatorSlot([.. chunk], group),
            chunk.SelectMany(p => Enumerable.Range(0, turns), (p, turn) => Number(along < 0 ? p : p.SetItem(along, turn))).ToImmutableArray()))];

        int Number(ImmutableArray<int> point) => tile.Loops.Select((l, i) => (l.Extent, Turn: point[i])).Aggregate(0, (n, l) => n * l.Extent + l.Turn);
    }

    private static ImmutableArray<ImmutableArray<int>> Points(Statement.Tile tile)
    {
        IEnumerable<ImmutableArray<int>> points = [[]];
        foreach (var loop in tile.Loops)
            points = points.SelectMany(_ => Enumerable.Range(0, loop.Extent), (point, turn) => point.Add(turn));
        return [.. points];
    }
}
