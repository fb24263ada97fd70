using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

public enum LoopKind
{
    Serial,

    /// <summary>Runs the share of its turns that the caller asks for.</summary>
    Parallel,

    /// <summary>Written out turn by turn.</summary>
    Unrolled,
}

/// <summary><c>0 ≤ Index &lt; Extent</c>.</summary>
public sealed record Bound(AffineIndex Index, int Extent)
{
    public override string ToString() => $"0 <= {Index} < {Extent}";
}

/// <summary>A loop of the register tile: its turns exist side by side, as accumulators.</summary>
public sealed record TileLoop(string Variable, int Extent);

/// <summary>
/// In the last turn of one of a tile's loops, the one over vectors, points share accumulators. Where packed weights are read, the vector of group
/// <c>g</c> is <c>g</c> turns further.
/// </summary>
/// <param name="Groups">Cover the elements that the tile's stores write in that turn.</param>
public sealed record SharedVector(string Loop, ImmutableArray<LaneGroup> Groups);

/// <summary>
/// Lanes of activations that belong to one turn of a loop: lane <c>l</c> of <see cref="From"/>..<see cref="Below"/> is element <c>Shift + l</c> of what
/// lanes stand for.
/// </summary>
public sealed record TapPart(int Turn, int Shift, int From, int Below);

/// <summary>
/// A vector in which several turns of a loop lie side by side. Lanes of no part are zero. Packed weights have it where the loop's variable says.
/// </summary>
public sealed record TapVector(string Loop, ImmutableArray<TapPart> Parts)
{
    /// <summary>For example <c>kw 0 in 0..5, 1 in 5..10</c>: turns and their lanes.</summary>
    public override string ToString() => $"{Loop} {string.Join(", ", Parts.Select(p => $"{p.Turn} in {p.From}..{p.Below}"))}";
}

/// <summary>
/// The loop language. Variables are defined by <see cref="For"/>, <see cref="Let"/> and <see cref="Tile"/> and are visible in their bodies.
/// </summary>
public abstract record Statement
{
    private Statement()
    {
    }

    /// <summary>
    /// Turns from <see cref="Begin"/> up to, not including, <see cref="End"/>; of these only the ones for which <see cref="Where"/> holds.
    /// </summary>
    public sealed record For(string Variable, int Begin, int End, LoopKind Kind, Bound? Where, ImmutableArray<Statement> Body) : Statement;

    /// <summary>Names <c>min(Value, AtMost)</c>: where an overlapped tile begins.</summary>
    public sealed record Let(string Variable, AffineIndex Value, int AtMost, ImmutableArray<Statement> Body) : Statement;

    /// <summary><see cref="Then"/> where <c>Index &lt; Limit</c>.</summary>
    public sealed record If(AffineIndex Index, int Limit, ImmutableArray<Statement> Then, ImmutableArray<Statement> Else) : Statement;

    /// <summary>One accumulator per point of <see cref="Loops"/>; the statements inside run for every one of them.</summary>
    public sealed record Tile(ImmutableArray<TileLoop> Loops, ImmutableArray<Statement> Body) : Statement
    {
        /// <summary>Points that have no accumulator of their own; null where each has one.</summary>
        public SharedVector? Shared { get; init; }
    }

    public sealed record Initialize(float Value) : Statement;

    /// <summary>Folds the term into the accumulator by a sum or a maximum.</summary>
    public sealed record Accumulate(Reducer Reducer, Value Term) : Statement
    {
        /// <summary>Where lanes stand for several turns of a loop at once; null where they do not.</summary>
        public TapVector? Taps { get; init; }
    }

    /// <summary>
    /// Adds up the lanes of every accumulator and puts the sums side by side: <see cref="Ways"/> neighbouring points of the tile's other loops make
    /// one vector, in which lane <c>k·n + e</c> is turn <c>e</c> of the <c>n</c> turns of <see cref="Loop"/> at the <c>k</c>-th point. From here on
    /// lanes stand for <see cref="Loop"/>.
    /// </summary>
    /// <param name="Loop">The tile's loop along the lane axis; null where it has none, and every point one sum.</param>
    public sealed record SumLanes(string? Loop, int Ways) : Statement;

    public sealed record Store(Access Target, Value Value) : Statement;
}
