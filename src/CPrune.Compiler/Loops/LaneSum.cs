using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>What a nest needs whose lanes are partial sums along a reduction axis.</summary>
internal static class LaneSum
{
    /// <summary>The term in a turn in which the last lanes lie behind the end of the axis: activations are zero there.</summary>
    public static Value EndOf(ScheduledNest nest, AxisPositions positions, Value term)
    {
        if (!nest.SumsLanes) return term;
        var axis = nest.Computation[nest.LaneLoop!.Axis];
        return Guarded(nest, term, new Guard(GuardKind.Lanes, new Bound(positions[axis.Name], axis.Extent)));
    }

    /// <summary>How the sums of a tile come to lie: those of one point next to each other, then those of the next.</summary>
    public static Statement.SumLanes Of(ScheduledNest nest, LaneTile tile)
    {
        var loop = nest.Loops.FirstOrDefault(l => l.Role == LoopRole.Register && l.Axis == nest.Computation.LaneAxis);
        return new Statement.SumLanes(loop?.Name, nest.Lanes / (loop is null ? 1 : AxisPositions.TurnsInTile(nest, loop, tile)));
    }

    /// <summary>Which positions of the window have lanes in one of the vectors they share.</summary>
    public static TapVector TapsOf(SharedTaps taps, string loop, int vector)
    {
        var first = vector * taps.Lanes;
        var parts = Enumerable.Range(0, taps.Taps).Select(tap => (Tap: tap, From: tap * taps.Channels - first))
            .Where(t => t.From < taps.Lanes && t.From + taps.Channels > 0)
            .Select(t => new TapPart(t.Tap, -t.From, Math.Max(t.From, 0), Math.Min(t.From + taps.Channels, taps.Lanes)));
        return new TapVector(loop, [.. parts]);
    }

    private static Value Guarded(ScheduledNest nest, Value value, Guard guard) => value switch
    {
        Value.Load { Access: var access } when nest.Computation.Inputs[access.Slot].Role == BufferRole.Activation
            && access.Indices.Any(i => i.Mentions(nest.LaneLoop!.Name)) => new Value.Load(access with { Guards = access.Guards.Add(guard) }),
        Value.Unary unary => unary with { Operand = Guarded(nest, unary.Operand, guard) },
        Value.Binary binary => binary with { Left = Guarded(nest, binary.Left, guard), Right = Guarded(nest, binary.Right, guard) },
        _ => value,
    };
}
