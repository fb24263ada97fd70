using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>
/// Reads and expressions over axes → accesses and values over loop variables. A dimension whose index can leave its extent gets a guard: on
/// the address, or on single lanes where it runs along the lanes. Lanes behind the end of the lane axis read whatever lies there; nobody
/// stores them.
/// </summary>
/// <param name="laneVariable">The loop whose turns are lanes where the expressions are evaluated.</param>
internal sealed class AccessLowering(ScheduledNest nest, AxisPositions positions, WeightPacking packing, string? laneVariable)
{
    public Value Lower(Expr expression) => expression switch
    {
        Expr.Read read => new Value.Load(Lower(read)),
        Expr.Constant constant => new Value.Constant(constant.Value),
        Expr.Accumulator => new Value.Accumulator(),
        Expr.Unary unary => new Value.Unary(unary.Op, Lower(unary.Operand)),
        Expr.Binary binary => new Value.Binary(binary.Op, Lower(binary.Left), Lower(binary.Right)),
        Expr.Combination combination =>
            new Value.Combination(combination.Coefficients, combination.Row, combination.Over, Lower(combination.Term)),
        _ => throw new ArgumentException($"unknown expression {expression.GetType().Name}"),
    };

    public Access Lower(Expr.Read read)
    {
        var slot = nest.Computation.InputIndex(read.Buffer);
        return read.Buffer.Role == BufferRole.Weight
            ? new Access(slot, packing.Indices(read, positions), [], 0)
            : new Access(slot, [.. read.Indices.Select(positions.Of)], [.. Guards(read.Indices, read.Buffer)], read.Fill);
    }

    /// <summary>Where the finished value goes: only rows and columns that the output has, and in the tail tile only lanes that exist.</summary>
    public Access LowerOutput(LaneTile tile)
    {
        var computation = nest.Computation;
        var guards = Guards(computation.OutputIndices, computation.Output);
        if (tile == LaneTile.Tail && nest.LaneLoop?.Axis == computation.LaneAxis)
            guards = guards.Append(new Guard(GuardKind.Lanes, new Bound(positions[computation.LaneAxis], computation[computation.LaneAxis].Extent)));
        return new Access(computation.Inputs.Length, [.. computation.OutputIndices.Select(positions.Of)], [.. guards], 0);
    }

    private IEnumerable<Guard> Guards(ImmutableArray<AffineIndex> indices, BufferSpec buffer)
    {
        for (var d = 0; d < indices.Length; d++)
        {
            var extent = buffer.Extents[d];
            if (indices[d].Range(AxisRange).FitsIn(extent)) continue;
            var index = positions.Of(indices[d]);
            var kind = laneVariable is not null && index.Mentions(laneVariable) ? GuardKind.Lanes : GuardKind.Address;
            yield return new Guard(kind, new Bound(index, extent));
        }
    }

    private Interval AxisRange(string axis) => new(0, nest.Computation[axis].Extent - 1);
}
