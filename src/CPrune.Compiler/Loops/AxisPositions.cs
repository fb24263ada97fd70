using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>Which of an axis' tiles is being lowered along the lane axis.</summary>
internal enum LaneTile
{
    Full,

    /// <summary>The last one, with fewer vectors and lanes; it begins at a constant.</summary>
    Tail,
}

/// <summary>
/// Where on each axis a turn of the loops stands, as an index over loop variables. An axis that its tiles overrun either ends with a shorter tile (the
/// lane axis), or its last tile moves back so that it ends with the axis (a <see cref="Statement.Let"/> named <c>axis.base</c>).
/// </summary>
internal sealed class AxisPositions
{
    private readonly ScheduledNest _nest;
    private readonly Dictionary<string, AffineIndex> _positions = new(StringComparer.Ordinal);

    public AxisPositions(ScheduledNest nest, LaneTile tile)
    {
        _nest = nest;
        foreach (var axis in nest.Computation.Axes)
            _positions[axis.Name] =
                axis.Kind == AxisKind.Inner ? AffineIndex.Of(axis.Name)
                : nest.EndsShort(axis.Name) && tile == LaneTile.Tail ? LaneTail()
                : Position(nest, axis);
    }

    public AffineIndex this[string axis] => _positions[axis];

    /// <summary>An index over axes as an index over loop variables.</summary>
    public AffineIndex Of(AffineIndex overAxes) => overAxes.Substitute(a => _positions[a]);

    /// <summary>Whether the tiles of a spatial axis overrun it and its last tile moves back.</summary>
    public static bool Overlaps(ScheduledNest nest, Axis axis) =>
        axis.Kind == AxisKind.Spatial && !nest.EndsShort(axis.Name) && Covered(nest, axis.Name) > axis.Extent;

    /// <summary>The definition of an overlapped axis' <c>base</c>: the outermost loop, stopped early enough for a whole tile.</summary>
    public static Statement.Let Base(ScheduledNest nest, Axis axis, ImmutableArray<Statement> body)
    {
        var outer = nest.LoopsOf(axis.Name)[0];
        return new Statement.Let($"{axis.Name}.base", AffineIndex.Of(outer.Name, outer.Stride), axis.Extent - outer.Stride, body);
    }

    /// <summary>Elements of the lane axis that one register tile holds.</summary>
    public static int LaneTileSize(ScheduledNest nest) =>
        nest.LoopsOf(nest.Computation.LaneAxis).Where(l => l.Role is LoopRole.Register or LoopRole.Lane).Aggregate(1, (n, l) => n * l.Extent);

    /// <summary>Turns of a loop of the register tile: in the tail tile only as many as still hold an element.</summary>
    public static int TurnsInTile(ScheduledNest nest, ScheduledLoop loop, LaneTile tile)
    {
        if (tile == LaneTile.Full || loop.Axis != nest.Computation.LaneAxis) return loop.Extent;
        return AxisSplit.CeilDiv(nest.Computation[loop.Axis].Extent % LaneTileSize(nest), loop.Stride);
    }

    /// <summary>Where the register tile begins on the lane axis.</summary>
    public static AffineIndex LaneTileStart(ScheduledNest nest) => nest.LoopsOf(nest.Computation.LaneAxis)
        .Where(l => l.Role is not (LoopRole.Register or LoopRole.Lane))
        .Aggregate(AffineIndex.Constant(0), (sum, l) => sum.Plus(AffineIndex.Of(l.Name, l.Stride)));

    private static AffineIndex Position(ScheduledNest nest, Axis axis)
    {
        var loops = nest.LoopsOf(axis.Name);
        if (!Overlaps(nest, axis)) return Sum(loops);
        return AffineIndex.Of($"{axis.Name}.base").Plus(Sum(loops.Skip(1)));
    }

    private AffineIndex LaneTail()
    {
        var size = LaneTileSize(_nest);
        var start = _nest.Computation[_nest.Computation.LaneAxis].Extent / size * size;
        return Sum(_nest.LoopsOf(_nest.Computation.LaneAxis).Where(l => l.Role is LoopRole.Register or LoopRole.Lane)).Plus(start);
    }

    private static AffineIndex Sum(IEnumerable<ScheduledLoop> loops) =>
        loops.Aggregate(AffineIndex.Constant(0), (sum, l) => sum.Plus(AffineIndex.Of(l.Name, l.Stride)));

    private static long Covered(ScheduledNest nest, string axis) => nest.LoopsOf(axis).Aggregate(1L, (n, l) => n * l.Extent);
}
