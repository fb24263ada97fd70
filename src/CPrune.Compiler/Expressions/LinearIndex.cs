namespace CPrune.Compiler.Expressions;

/// <summary>
/// A multi-dimensional access, ready to be evaluated: per dimension the coefficient of each axis slot, the offset and the extent.
/// </summary>
/// <param name="block">As <see cref="BufferSpec.Block"/>.</param>
internal sealed class LinearIndex(int[][] coefficients, int[] offsets, int[] extents, int block)
{
    private readonly int _blockSize = extents.SkipLast(1).Aggregate(block, (n, e) => n * e);

    /// <summary>The position in memory, or false where an index leaves its extent.</summary>
    public bool TryFlat(ReadOnlySpan<int> axes, out int flat)
    {
        flat = 0;
        for (var d = 0; d < extents.Length; d++)
        {
            var index = offsets[d];
            var row = coefficients[d];
            for (var a = 0; a < row.Length; a++) index += row[a] * axes[a];
            if ((uint)index >= (uint)extents[d]) return false;
            flat = block == 0 || d < extents.Length - 1 ? flat * extents[d] + index : index / block * _blockSize + flat * block + index % block;
        }
        return true;
    }

    /// <summary>
    /// How far one turn of an axis moves in memory, and for how many turns from its first: channels in blocks go on elsewhere behind each. No turn where it
    /// does not begin with a block or mixes with other axes.
    /// </summary>
    public (int Stride, int Turns) Walk(int slot)
    {
        var stride = 0;
        for (var d = 0; d < extents.Length; d++) stride = stride * (block > 0 && d == extents.Length - 1 ? block : extents[d]) + coefficients[d][slot];
        if (block == 0 || coefficients[^1][slot] == 0) return (stride, int.MaxValue);
        var beginsBlock = coefficients[^1].Sum() == 1 && stride == 1 && offsets[^1] % block == 0;
        return (stride, beginsBlock ? block : 0);
    }

    /// <summary>Whether the access stays inside for every turn of an axis of this extent wherever it does so at its first.</summary>
    public bool StaysInside(int slot, int extent)
    {
        for (var d = 0; d < extents.Length; d++)
        {
            var coefficient = coefficients[d][slot];
            if (coefficient == 0) continue;
            var others = coefficients[d].Where((c, a) => a != slot).Any(c => c != 0);
            if (others || offsets[d] < 0 || coefficient < 0 || offsets[d] + coefficient * (extent - 1) >= extents[d]) return false;
        }
        return true;
    }
}
