using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Pruning.Steps;

/// <summary>
/// The schedule that keeps a program's structure on a shorter axis. Replay shortens the outermost loop by itself; where an inner loop is
/// the one that gets shorter, its factor has to say so, and where what is left fits narrower vectors, these.
/// </summary>
public static class PreservedSchedule
{
    /// <summary>No vector has fewer lanes.</summary>
    private const int FewestLanes = 4;

    /// <summary>The program of an uncut task for what a cut has left of it: every axis that got shorter loses turns of one loop.</summary>
    public static Schedule Onto(ScheduledNest nest, Computation cut)
    {
        foreach (var axis in nest.Computation.Axes.Where(a => cut.Has(a.Name) && cut[a.Name].Extent < a.Extent))
            nest = nest with { Schedule = After(nest, axis.Name, cut[axis.Name].Extent) };
        return nest.Schedule;
    }

    /// <summary>
    /// The schedule to replay once <paramref name="axis"/> has <paramref name="newExtent"/>. Unchanged when the outermost loop shrinks, or
    /// when no single loop can take the whole cut.
    /// </summary>
    public static Schedule After(ScheduledNest nest, string axis, int newExtent)
    {
        var stage = new StageLoops("", axis, nest.Computation[axis].Extent, nest.LoopsOf(axis));
        if (stage.LoopToShorten(newExtent) is not { } loop) return WithNarrowerVectors(nest.Schedule, stage, newExtent);
        if (loop == stage.Loops[0]) return nest.Schedule;
        var turns = newExtent / (stage.Covered / loop.Extent);
        return WithFactors(nest.Schedule, axis, _ => [.. stage.Loops.Skip(1).Select(l => l == loop ? turns : l.Extent)]);
    }

    /// <summary>Vectors of half the lanes, or a quarter, where those hold all that is left of the axis.</summary>
    private static Schedule WithNarrowerVectors(Schedule schedule, StageLoops stage, int newExtent)
    {
        if (stage.Loops[^1] is not { Role: LoopRole.Lane, Extent: var lanes } || newExtent > lanes / 2) return schedule;
        while (lanes / 2 >= Math.Max(newExtent, FewestLanes)) lanes /= 2;
        return WithFactors(schedule, stage.Axis, factors => factors.SetItem(factors.Length - 1, lanes));
    }

    private static Schedule WithFactors(Schedule schedule, string axis, Func<ImmutableArray<int>, ImmutableArray<int>> change) =>
        new([.. schedule.Primitives.Select(p => p is Primitive.Split s && s.Axis == axis ? s with { Factors = change(s.Factors) } : p)]);
}
