namespace CPrune.Compiler.Llvm;

/// <summary>
/// Sums over the lanes of several vectors at once, as a transposition does it: two vectors of partial sums become one with half as many of each, and so on,
/// until every lane is a sum. Sixteen sums of sixteen lanes take fifteen steps of two shuffles and an addition.
/// </summary>
internal sealed class LaneSumEmitter(IrBuilder builder, VectorType type)
{
    /// <summary>A vector whose lane <c>i</c> is the sum of the lanes of the <c>i</c>-th vector; other lanes hold anything.</summary>
    /// <param name="vectors">At most as many as there are lanes.</param>
    public string Of(string[] vectors) => Sums(vectors, 0, 1) ?? throw new ArgumentException("no vector to sum", nameof(vectors));

    /// <summary>
    /// A vector that has, in every block of <paramref name="step"/> lanes, partial sums of the vectors <paramref name="first"/>,
    /// <paramref name="first"/> + <paramref name="step"/>, …; null where there are none.
    /// </summary>
    private string? Sums(string[] vectors, int first, int step)
    {
        if (first >= vectors.Length) return null;
        if (step == type.Lanes) return vectors[first];
        var left = Sums(vectors, first, 2 * step)!;
        var right = Sums(vectors, first + step, 2 * step);
        return builder.Emit($"fadd contract {type.Float} {Halves(left, right, step, 0)}, {Halves(left, right, step, step)}");
    }

    /// <summary>Of every block of 2·<paramref name="step"/> lanes the half that begins at <paramref name="half"/>: the left vector's, then the right one's.</summary>
    private string Halves(string left, string? right, int step, int half)
    {
        if (right is null && half == 0) return left;
        var lanes = Enumerable.Range(0, type.Lanes).Select(lane =>
        {
            var (block, at) = (lane / (2 * step) * 2 * step, lane % (2 * step));
            return at < step ? $"i32 {block + half + at}" : right is null ? "i32 poison" : $"i32 {type.Lanes + block + half + at - step}";
        });
        return builder.Emit($"shufflevector {type.Float} {left}, {type.Float} {right ?? "poison"}, <{type.Lanes} x i32> <{string.Join(", ", lanes)}>");
    }
}
