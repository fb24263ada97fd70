using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>
/// Checks a schedule against a computation and a target and makes the loops. Legal orders are: serial spatial loops, then reduction loops,
/// then the register tile, then the lanes, so that a tile's accumulators live in registers from their first to their last use.
/// </summary>
internal sealed class ScheduleApplication(Computation computation, Schedule schedule, Target target)
{
    /// <summary>Accumulators alone may exceed the register file this many times before a program is not worth building.</summary>
    private const int SpillFactor = 2;

    /// <summary>Largest number of accumulator updates written out in one straight line.</summary>
    public const int MaxUnrolledUpdates = 1024;

    private static readonly int[] LaneCounts = [4, 8, 16];

    public ScheduleResult Apply()
    {
        try
        {
            var decisions = ScheduleDecisions.Of(schedule);
            var loops = Order(decisions, Split(decisions));
            CheckPoints(loops);
            CheckPlaces(loops);
            CheckLanes(loops);
            CheckBlocks(loops);
            CheckSize(loops);
            return new ScheduleResult.Ok(new ScheduledNest(computation, schedule, loops));
        }
        catch (RefusedException refusal)
        {
            return new ScheduleResult.Refused(refusal.Message);
        }
    }

    private Dictionary<string, ScheduledLoop> Split(ScheduleDecisions decisions)
    {
        foreach (var axis in decisions.Splits.Keys.Order(StringComparer.Ordinal))
            if (!computation.Has(axis) || computation[axis].Kind == AxisKind.Inner) throw new RefusedException($"there is no axis {axis} to split");
        var loops = computation.Axes.Where(a => a.Kind != AxisKind.Inner).SelectMany(axis => Split(axis, decisions)).ToDictionary(l => l.Name);
        string?[] named = [.. decisions.Registers, .. decisions.Unrolled.Order(StringComparer.Ordinal), decisions.Lane, decisions.Parallel];
        foreach (var name in named)
            if (name is not null && !loops.ContainsKey(name)) throw new RefusedException($"there is no loop {name}");
        return loops;
    }

    private IEnumerable<ScheduledLoop> Split(Axis axis, ScheduleDecisions decisions)
    {
        if (!decisions.Splits.TryGetValue(axis.Name, out var factors))
            return [new(axis.Name, axis.Name, axis.Extent, 1, Role(axis.Name, decisions))];
        var vectorized = decisions.Lane == $"{axis.Name}.{factors.Length}";
        var endsShort = vectorized || (decisions.Lane is not null && axis.Name == computation.LaneAxis);
        var extents = AxisSplit.Extents(axis.Extent, factors, endsShort, vectorized);
        return extents.Select((extent, i) =>
        {
            var (name, stride) = ($"{axis.Name}.{i}", extents.Skip(i + 1).Aggregate(1, (n, f) => n * f));
            return new ScheduledLoop(name, axis.Name, extent, stride, Role(name, decisions));
        });
    }

    private static LoopRole Role(string loop, ScheduleDecisions decisions)
    {
        ReadOnlySpan<(bool Chosen, LoopRole Role)> roles =
        [
            (decisions.Lane == loop, LoopRole.Lane), (decisions.Registers.Contains(loop), LoopRole.Register),
            (decisions.Unrolled.Contains(loop), LoopRole.Unrolled), (decisions.Parallel == loop, LoopRole.Parallel),
        ];
        var role = LoopRole.Serial;
        foreach (var candidate in roles)
        {
            if (!candidate.Chosen) continue;
            if (role != LoopRole.Serial) throw new RefusedException($"{loop} cannot be both {Word(role)} and {Word(candidate.Role)}");
            role = candidate.Role;
        }
        return role;
    }

    private ImmutableArray<ScheduledLoop> Order(ScheduleDecisions decisions, Dictionary<string, ScheduledLoop> loops)
    {
        if (decisions.Registers.Distinct().Count() != decisions.Registers.Length)
            throw new RefusedException("a loop is in the register tile twice");
        if (decisions.Order is not { } order)
            return [.. loops.Values.Where(l => l.Role != LoopRole.Register).OrderBy(Place).Where(l => l.Role != LoopRole.Lane),
                .. decisions.Registers.Select(r => loops[r]), .. loops.Values.Where(l => l.Role == LoopRole.Lane)];
        foreach (var name in order)
            if (!loops.ContainsKey(name)) throw new RefusedException($"there is no loop {name} to order");
        foreach (var name in loops.Keys)
            if (order.Count(n => n == name) is var n and not 1)
                throw new RefusedException(n == 0 ? $"the order lacks {name}" : $"the order has {name} {n} times");
        return [.. order.Select(n => loops[n])];
    }

    private int Place(ScheduledLoop loop) => loop.Role switch
    {
        LoopRole.Lane => 3,
        LoopRole.Register => 2,
        _ => IsReduction(loop) ? 1 : 0,
    };

    private bool IsReduction(ScheduledLoop loop) => computation[loop.Axis].Kind == AxisKind.Reduction;

    private void CheckPoints(ImmutableArray<ScheduledLoop> loops)
    {
        foreach (var axis in computation.Axes.Where(a => a.Kind == AxisKind.Point))
            if (!loops.Any(l => l.Name == axis.Name && l.Role == LoopRole.Register))
                throw new RefusedException($"{axis.Name} takes other coefficients at every point and must be whole in the register tile");
    }

    private void CheckPlaces(ImmutableArray<ScheduledLoop> loops)
    {
        for (var i = 0; i < loops.Length; i++)
        {
            var loop = loops[i];
            if (i > 0 && Place(loops[i - 1]) > Place(loop))
                throw new RefusedException($"{PlaceWord(loop)} {loop.Name} stands inside {PlaceWord(loops[i - 1])} {loops[i - 1].Name}");
            if (IsReduction(loop) && loops.Take(i).Any(o => o.Axis == loop.Axis && o.Stride < loop.Stride))
                throw new RefusedException($"{loop.Name} stands inside a finer loop of {loop.Axis}");
            if (IsReduction(loop) && loop.Role is LoopRole.Register or LoopRole.Parallel)
                throw new RefusedException($"{loop.Name} is a reduction loop and cannot be {Word(loop.Role)}");
            if (loop.Role == LoopRole.Unrolled && !IsReduction(loop))
                throw new RefusedException($"{loop.Name} is no reduction loop and cannot be unrolled");
            if (loop.Role == LoopRole.Parallel && i > 0) throw new RefusedException($"the parallel loop {loop.Name} is not outermost");
            if (loop.Role == LoopRole.Register && loop.Name.EndsWith(".0", StringComparison.Ordinal))
                throw new RefusedException($"{loop.Name} has no fixed extent and cannot be in the register tile");
        }
    }

    private void CheckLanes(ImmutableArray<ScheduledLoop> loops)
    {
        if (loops.FirstOrDefault(l => l.Role == LoopRole.Lane) is not { } lane) return;
        if (lane.Axis != computation.LaneAxis && !IsReduction(lane))
            throw new RefusedException($"{lane.Name} cannot be vectorised: vectors run along {computation.LaneAxis} or a reduction");
        if (lane.Stride != 1 || lane.Name == lane.Axis)
            throw new RefusedException($"{lane.Name} is not the innermost factor of a split and cannot be vectorised");
        if (!LaneCounts.Contains(lane.Extent))
            throw new RefusedException($"{lane.Extent} lanes are not one of {string.Join(", ", LaneCounts)}");
        if (lane.Extent > target.MaxLanes) throw new RefusedException($"{lane.Extent} lanes exceed the target's {target.MaxLanes}");
        // The end of the axis then cuts the register tile's vectors once, and the tile's elements are contiguous.
        var vectors = loops.Where(l => l.Axis == computation.LaneAxis && l.Role == LoopRole.Register).ToList();
        if (vectors.Count > 1)
            throw new RefusedException($"both {vectors[0].Name} and {vectors[1].Name} are in the register tile of the vectorised axis");
        if (vectors.Count == 1 && vectors[0].Stride != (IsReduction(lane) ? 1 : lane.Extent))
            throw new RefusedException($"{vectors[0].Name} is in the register tile but is not {(IsReduction(lane) ? "innermost" : $"next to the lanes {lane.Name}")}");
        if (IsReduction(lane) && vectors.Count == 1 && vectors[0].Extent > lane.Extent)
            throw new RefusedException($"{vectors[0].Name} has more than the {lane.Extent} lanes that its sums go into");
        if ((IsReduction(lane) ? LaneAccess.Obstacle(computation, lane.Axis) : LaneAccess.Obstacle(computation)) is { } obstacle)
            throw new RefusedException(obstacle);
    }

    private void CheckBlocks(ImmutableArray<ScheduledLoop> loops)
    {
        if (BlockAccess.Obstacle(computation, loops) is { } obstacle) throw new RefusedException(obstacle);
    }

    private void CheckSize(ImmutableArray<ScheduledLoop> loops)
    {
        var accumulators = Product(loops.Where(l => l.Role == LoopRole.Register));
        // Without a reduction nothing is accumulated.
        if (computation.Reducer != Reducer.None && accumulators > SpillFactor * target.VectorRegisters)
            throw new RefusedException($"{accumulators} accumulators exceed {SpillFactor} times the {target.VectorRegisters} vector registers");
        var updates = accumulators * Product(loops.Where(l => l.Role == LoopRole.Unrolled));
        if (updates > MaxUnrolledUpdates) throw new RefusedException($"{updates} unrolled updates exceed {MaxUnrolledUpdates}");
    }

    private static long Product(IEnumerable<ScheduledLoop> loops) => loops.Aggregate(1L, (n, l) => Math.Min(n * l.Extent, int.MaxValue));

    private string PlaceWord(ScheduledLoop loop) => loop.Role switch
    {
        LoopRole.Lane => "the lane loop",
        LoopRole.Register => "the register loop",
        _ => IsReduction(loop) ? "the reduction loop" : "the spatial loop",
    };

    private static string Word(LoopRole role) => role switch
    {
        LoopRole.Lane => "vectorised",
        LoopRole.Register => "in the register tile",
        _ => role.ToString().ToLowerInvariant(),
    };
}
