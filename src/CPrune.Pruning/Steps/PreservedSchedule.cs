using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Pruning.Steps;

/// <summary>
/// The schedule that keeps a program's structure on a shorter axis. Replay shortens the outermost loop by itself; where an inner loop is
/// the one that gets shorter, its factor has to say so.
/// </summary>
public static class PreservedSchedule
{
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
        if (stage.LoopToShorten(newExtent) is not { } loop || loop == stage.Loops[0]) return nest.Schedule;
        var turns = newExtent / (stage.Covered / loop.Extent);
        ImmutableArray<int> factors = [.. stage.Loops.Skip(1).Select(l => l == loop ? turns : l.Extent)];
        return new Schedule(
            [.. nest.Schedule.Primitives.Select(p => p is Primitive.Split s && s.Axis == axis ? s with { Factors = factors } : p)]);
    }
}
