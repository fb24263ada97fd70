using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Loops;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Layers that differ only in which channels of a shared buffer they read or write are one task: where their channels begin is taken out of the computation, and
/// the kernel is handed the address of the first one instead.
/// </summary>
internal static class ChannelOffsets
{
    /// <summary>The computation with indices that count from the first channel it reads of each buffer and writes, which the operands and the number then say.</summary>
    public static (Computation Computation, ImmutableArray<Operand> Operands, int Output) TakenOut(Computation computation, ImmutableArray<Operand> operands)
    {
        ImmutableArray<int> offsets = [.. operands.Select((o, i) => o is Operand.Value ? Offset(computation.Inputs[i], computation) : 0)];
        var output = computation.OutputIndices[^1].Offset;
        var counted = computation with
        {
            OutputIndices = Counted(computation.OutputIndices, output),
            Term = computation.Term.WithReads(CountedRead),
            Epilogue = computation.Epilogue.WithReads(CountedRead),
        };
        return (counted, [.. operands.Zip(offsets, (o, offset) => o is Operand.Value value ? value with { Offset = offset } : o)], output);

        Expr.Read CountedRead(Expr.Read read) => read with { Indices = Counted(read.Indices, offsets[computation.InputIndex(read.Buffer)]) };
    }

    /// <summary>None where a read may leave the buffer: what is padding depends on where it begins.</summary>
    private static int Offset(BufferSpec buffer, Computation computation)
    {
        var channels = computation.Reads().Where(r => r.Buffer.Name == buffer.Name).Select(r => r.Indices[^1]).ToList();
        return channels.TrueForAll(c => c.Range(a => new Interval(0, computation[a].Extent - 1)).FitsIn(buffer.Extents[^1])) ? channels.Min(c => c.Offset) : 0;
    }

    private static ImmutableArray<AffineIndex> Counted(ImmutableArray<AffineIndex> indices, int first) =>
        first == 0 ? indices : indices.SetItem(indices.Length - 1, indices[^1].Plus(-first));
}
