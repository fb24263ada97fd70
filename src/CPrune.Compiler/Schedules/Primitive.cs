using System.Collections.Immutable;

namespace CPrune.Compiler.Schedules;

/// <summary>
/// One decision about how a computation runs. A loop made by splitting <c>oc</c> is called <c>oc.0</c> (outermost), <c>oc.1</c>, …
/// </summary>
public abstract record Primitive
{
    private Primitive()
    {
    }

    /// <summary>
    /// Splits an axis into an outer loop and <see cref="Factors"/> (outermost first). The outer loop's extent is what remains, rounded up,
    /// so the same split can be replayed on another extent; the tail is masked (lane axis) or overlapped (rows, columns).
    /// </summary>
    public sealed record Split(string Axis, ImmutableArray<int> Factors) : Primitive;

    /// <summary>All loops, outermost first.</summary>
    public sealed record Reorder(ImmutableArray<string> Loops) : Primitive;

    /// <summary>The loop whose turns are the lanes of one vector: the innermost loop of the lane axis.</summary>
    public sealed record Vectorize(string Loop) : Primitive;

    /// <summary>Spatial loops held in accumulators: the register tile.</summary>
    public sealed record RegisterTile(ImmutableArray<string> Loops) : Primitive;

    public sealed record Unroll(string Loop) : Primitive;

    /// <summary>The outermost spatial loop, shared out among threads.</summary>
    public sealed record Parallel(string Loop) : Primitive;

    /// <summary>
    /// With every vector of weights that is read, the one so many bytes ahead is asked for: a kernel that streams its weights from memory
    /// then does not wait at each page, where the processor's own prefetching stops.
    /// </summary>
    public sealed record Prefetch(int Bytes) : Primitive;
}
