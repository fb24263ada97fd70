using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Subgraphs;

namespace CPrune.Compiler.Models.Chains;

/// <summary>A subgraph as a member of a chain: its kernel does some rows a turn.</summary>
/// <param name="Nest">With the loop over rows outermost.</param>
internal sealed record ChainStage(Subgraph Subgraph, ScheduledNest Nest)
{
    private int Rows => Nest.Computation[RowSpan.Axis].Extent;

    /// <summary>Turns of <c>oh</c> in one turn of the kernel's parallel loop.</summary>
    public int Step => Nest.Loops[0].Stride;

    /// <summary>Turns of the kernel's parallel loop.</summary>
    public int Turns => Nest.Loops[0].Extent;

    /// <summary>Which rows of its output a turn of <c>oh</c> writes; null where they do not go forwards.</summary>
    public RowSpan? Written => RowSpan.Of(Nest.Computation, Nest.Computation.OutputIndices);

    /// <summary>Bytes of one row of the output.</summary>
    public long RowBytes => Nest.Computation.Output.Extents.Skip(1).Aggregate((long)sizeof(float), (n, e) => n * e);

    public long OutputBytes => RowBytes * Nest.Computation.Output.Extents[0];

    public long WeightBytes => Nest.Computation.WeightBytes;

    /// <summary>How the rows of a buffer are read; empty where they are not, null where some read does not go forwards with the rows.</summary>
    public ImmutableArray<RowSpan>? Read(string buffer)
    {
        var slot = Subgraph.Operands.Select(ModelBuffers.NameOf).ToList().IndexOf(buffer);
        if (slot < 0) return [];
        var spans = Nest.Computation.Reads().Where(r => Nest.Computation.InputIndex(r.Buffer) == slot).Select(r => RowSpan.Of(Nest.Computation, r.Indices)).ToList();
        return spans.Contains(null) ? null : [.. spans.Select(s => s!.Value)];
    }

    /// <summary>The turns of <c>oh</c> that turns <c>[begin, end)</c> of the kernel do. The last turn moves back so that it ends with the axis.</summary>
    public Interval PositionsOf(TurnRange turns) =>
        new(Math.Max(0, Math.Min((long)turns.Begin * Step, Rows - Step)), Math.Min((long)turns.End * Step, Rows) - 1);

    /// <summary>The turns of the kernel that make all rows of the output in <paramref name="rows"/>.</summary>
    public TurnRange TurnsFor(Interval rows)
    {
        var wanted = Written!.Value.Positions(rows);
        var (low, high) = (Math.Clamp(wanted.Low, 0, Rows - 1), Math.Clamp(wanted.High, 0, Rows - 1));
        return new TurnRange((int)(low / Step), (int)(high / Step) + 1);
    }
}

/// <summary>Turns <c>[Begin, End)</c> of a kernel's parallel loop.</summary>
internal readonly record struct TurnRange(int Begin, int End);
