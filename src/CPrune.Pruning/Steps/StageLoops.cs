using System.Collections.Immutable;
using CPrune.Compiler.Schedules;

namespace CPrune.Pruning.Steps;

/// <summary>The fastest program of a layer, or of one of its kernels, seen along the one axis that a cut makes shorter.</summary>
/// <param name="Layer">The layer's node.</param>
/// <param name="Axis">The compiled axis: <c>oc</c> or <c>c</c> of a producer, <c>ic</c> of a consumer; <c>c</c> of a kernel beside the main one.</param>
/// <param name="Extent">The axis's extent before the cut.</param>
/// <param name="Loops">The loops it was split into, outermost first.</param>
/// <param name="UnitsPerFilter">
/// By how much the axis shrinks with one filter: H·W for the columns of a dense layer behind a flatten.
/// </param>
public sealed record StageLoops(string Layer, string Axis, int Extent, ImmutableArray<ScheduledLoop> Loops, int UnitsPerFilter = 1)
{
    /// <summary>Turns of all loops together, the tail included: at least <see cref="Extent"/>.</summary>
    public int Covered => Loops.Aggregate(1, (n, l) => n * l.Extent);

    /// <summary>The axis's extent once <paramref name="filters"/> filters are gone.</summary>
    public int ExtentAfter(int filters) => Extent - filters * UnitsPerFilter;

    /// <summary>
    /// The loop that runs fewer turns over a new extent while every other loop keeps its own and nothing is left over; null when there is
    /// none. Lanes and the register tile are never shortened. Of several loops the outermost is taken.
    /// </summary>
    public ScheduledLoop? LoopToShorten(int newExtent)
    {
        foreach (var loop in Loops)
        {
            var others = Covered / loop.Extent;
            if (CanBeShortened(loop) && newExtent >= others && newExtent % others == 0 && newExtent < Extent) return loop;
        }

        return null;
    }

    /// <summary>For example <c>64 = 2×2×16</c>; <c>61 ≤ 4×16</c> where the last turn is not full.</summary>
    public override string ToString() => $"{Extent} {(Extent == Covered ? "=" : "≤")} {string.Join('×', Loops.Select(l => l.Extent))}";

    private static bool CanBeShortened(ScheduledLoop loop) => loop.Role is not (LoopRole.Lane or LoopRole.Register);
}
