using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Llvm;

/// <summary>The lanes of an accumulator that belong to one point.</summary>
/// <param name="Shift">The element of lane 0, counted from the point's own vector; negative where the point's lanes do not begin there.</param>
/// <param name="From">The first lane.</param>
/// <param name="Below">The lane behind the last.</param>
internal readonly record struct LanePart(int Shift, int From, int Below)
{
    /// <summary>A vector that one point has for itself.</summary>
    public static LanePart Whole(int lanes) => new(0, 0, lanes);

    /// <summary>The lanes of the <paramref name="k"/>-th point that shares.</summary>
    public static LanePart Of(LaneGroup group, int k) => new(group.First - k * group.Count, k * group.Count, (k + 1) * group.Count);
}
