namespace CPrune.Compiler.Schedules;

/// <summary>
/// Elements of a vector that is not full, and how many neighbouring points of a register tile put theirs into one accumulator: lane
/// <c>k·Count + e</c> is element <c>First + e</c> of the <c>k</c>-th point.
/// </summary>
/// <param name="First">The first element, counted from the vector's first.</param>
/// <param name="Count">Elements of one point.</param>
/// <param name="Ways">Points that share; 2 or more.</param>
public sealed record LaneGroup(int First, int Count, int Ways)
{
    /// <summary>Accumulators that so many points need.</summary>
    public int Accumulators(int points) => AxisSplit.CeilDiv(points, Ways);
}
