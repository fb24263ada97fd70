namespace CPrune.Compiler.Expressions;

/// <summary>Axes that walk through channels which lie in blocks.</summary>
public static class ChannelBlocks
{
    /// <summary>
    /// The channels after which an axis goes on in another block (<see cref="BufferSpec.Block"/>), by which its loops must be split; 0 where it meets no blocks
    /// or moves by whole ones.
    /// </summary>
    public static int BlockOf(this Computation computation, string axis) => computation.Reads().Select(r => (r.Buffer, r.Indices))
        .Append((Buffer: computation.Output, Indices: computation.OutputIndices))
        .Where(a => a.Buffer.Block > 0 && a.Indices[^1].CoefficientOf(axis) % a.Buffer.Block != 0)
        .Select(a => a.Buffer.Block).DefaultIfEmpty(0).Max();
}
