using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Schedules;

/// <summary>
/// How the last vector of the lane axis, which is not full, is shared: 37 filters are two vectors and 5 lanes, and three pixels' 5 lanes fit into one
/// accumulator. The broadcasts it takes are in registers for the full vectors anyway, so that it costs a blend and saves multiply-adds. Not a decision
/// of the schedule: it is done wherever it saves accumulators.
/// </summary>
/// <param name="Loop">The register tile's loop over vectors.</param>
/// <param name="FullVectors">Vectors of the last tile before the shared one.</param>
/// <param name="Points">Points of the register tile beside its vectors: rows × columns.</param>
/// <param name="Groups">What shares; their elements follow each other.</param>
public sealed record SharedTail(string Loop, int FullVectors, int Points, ImmutableArray<LaneGroup> Groups)
{
    /// <summary>Below, a broadcast is no instruction of its own (NEON), or a half is hardly worth its blend.</summary>
    private const int LeastLanes = 8;

    /// <summary>A blend needs a mask for each but the first, and x86 has seven.</summary>
    private const int MostWays = 8;

    /// <summary>Accumulators of the last tile.</summary>
    public int Accumulators => FullVectors * Points + Groups.Sum(g => g.Accumulators(Points));

    /// <summary>The sharing of a nest's last tile; null where there is none or it would save nothing.</summary>
    public static SharedTail? Of(ScheduledNest nest)
    {
        var (computation, lanes) = (nest.Computation, nest.Lanes);
        if (nest.LaneLoop is not { } lane) return null;
        var registers = nest.Loops.Where(l => l.Role == LoopRole.Register).ToList();
        if (registers.Find(l => l.Axis == lane.Axis) is not { } vectors) return null;
        var others = registers.Where(l => l != vectors).ToList();
        if (!IsPossible(computation, [.. others.Select(l => l.Axis)])) return null;
        var (full, rest) = Math.DivRem(computation[lane.Axis].Extent % (vectors.Extent * lanes), lanes);
        var points = others.Aggregate(1, (n, l) => n * l.Extent);
        var groups = Share(full, rest, lanes, points);
        return groups.IsEmpty ? null : new SharedTail(vectors.Name, full, points, groups);
    }

    /// <summary>
    /// The groups for <paramref name="rest"/> lanes behind <paramref name="full"/> vectors; none where they would save no register, or where no full
    /// vector has loaded the broadcasts.
    /// </summary>
    public static ImmutableArray<LaneGroup> Share(int full, int rest, int lanes, int points)
    {
        if (full == 0 || rest == 0 || lanes < LeastLanes) return [];
        var half = lanes / 2;
        ImmutableArray<LaneGroup> groups = rest <= half
            ? [Group(0, rest, lanes)]
            : [Group(0, half, lanes), Group(half, rest - half, lanes)];
        // Each group takes a vector of weights and one that is being blended.
        return groups.Sum(g => g.Accumulators(points)) <= points - groups.Length ? groups : [];
    }

    /// <summary>Whether a step's operands are broadcasts that differ by point and packed weights that do not, and all points take the same expression.</summary>
    public static bool IsPossible(Computation computation, ImmutableArray<string> points) =>
        computation.Axes.All(a => a.Kind != AxisKind.Point)
        && computation.Term.Reads().All(r => r.Buffer.Role == BufferRole.Weight || !Mentions(r, computation.LaneAxis))
        && computation.Reads().All(r => r.Buffer.Role != BufferRole.Weight || !points.Any(p => Mentions(r, p)));

    private static LaneGroup Group(int first, int count, int lanes) => new(first, count, Math.Min(lanes / count, MostWays));

    private static bool Mentions(Expr.Read read, string axis) => read.Indices.Any(i => i.CoefficientOf(axis) != 0);
}
