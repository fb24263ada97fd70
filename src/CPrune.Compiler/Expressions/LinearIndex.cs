namespace CPrune.Compiler.Expressions;

/// <summary>
/// A multi-dimensional access, ready to be evaluated: per dimension the coefficient of each axis slot, the offset and the extent.
/// </summary>
internal sealed class LinearIndex(int[][] coefficients, int[] offsets, int[] extents)
{
    /// <summary>The row-major position, or false where an index leaves its extent.</summary>
    public bool TryFlat(ReadOnlySpan<int> axes, out int flat)
    {
        flat = 0;
        for (var d = 0; d < extents.Length; d++)
        {
            var index = offsets[d];
            var row = coefficients[d];
            for (var a = 0; a < row.Length; a++) index += row[a] * axes[a];
            if ((uint)index >= (uint)extents[d]) return false;
            flat = flat * extents[d] + index;
        }
        return true;
    }

    /// <summary>How far one turn of an axis moves in memory.</summary>
    public int Stride(int slot)
    {
        var stride = 0;
        for (var d = 0; d < extents.Length; d++) stride = stride * extents[d] + coefficients[d][slot];
        return stride;
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
