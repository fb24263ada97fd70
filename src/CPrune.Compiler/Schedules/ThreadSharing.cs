using CPrune.Compiler.Expressions;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Schedules;

/// <summary>
/// Whether an untuned kernel is shared among threads: from a count of its cycles on one. Handing work out and taking it back costs half a microsecond; but what
/// threads wrote lies in their caches, and one thread alone waits longer for it. Between kernels that are shared it pays from one microsecond, elsewhere from
/// two. A tuned schedule has been measured both ways.
/// </summary>
public static class ThreadSharing
{
    /// <summary>At full speed; kernels reach some two thirds of it.</summary>
    private const double WorthwhileCycles = 4096;

    private const double OperationsPerCycle = 2, WeightBytesPerCycle = 32;

    /// <param name="lanes">Lanes of the kernel's vectors.</param>
    public static bool Pays(Computation computation, Target target, int lanes)
    {
        var points = computation.Axes.Aggregate(1.0, (n, a) => n * a.Extent);
        var operations = points / lanes * (target.HasFusedMultiplyAdd ? 1 : 2);
        return Math.Max(operations / OperationsPerCycle, computation.WeightBytes / WeightBytesPerCycle) >= WorthwhileCycles;
    }
}
