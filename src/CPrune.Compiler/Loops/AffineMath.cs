using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Loops;

/// <summary>The values an integer can take: both ends belong to it.</summary>
public readonly record struct Interval(long Low, long High)
{
    public static Interval operator +(Interval a, Interval b) => new(a.Low + b.Low, a.High + b.High);

    public static Interval operator *(Interval a, int factor) =>
        factor >= 0 ? new(a.Low * factor, a.High * factor) : new(a.High * factor, a.Low * factor);

    /// <summary>The values of <c>min(x, limit)</c>.</summary>
    public Interval Min(long limit) => new(Math.Min(Low, limit), Math.Min(High, limit));

    /// <summary>Whether every value is an index of <paramref name="extent"/> elements.</summary>
    public bool FitsIn(int extent) => Low >= 0 && High < extent;
}

/// <summary>Arithmetic on affine indices. Terms keep the order in which their variables first appear.</summary>
internal static class AffineMath
{
    public static AffineIndex Plus(this AffineIndex left, AffineIndex right)
    {
        var order = new List<string>();
        var sums = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (axis, coefficient) in left.Terms.Concat(right.Terms))
        {
            if (!sums.TryGetValue(axis, out var sum)) order.Add(axis);
            sums[axis] = sum + coefficient;
        }
        return new AffineIndex([.. order.Where(a => sums[a] != 0).Select(a => new AffineTerm(a, sums[a]))], left.Offset + right.Offset);
    }

    public static AffineIndex Plus(this AffineIndex index, int offset) => index with { Offset = index.Offset + offset };

    public static AffineIndex Times(this AffineIndex index, int factor) => factor == 0
        ? AffineIndex.Constant(0)
        : new AffineIndex([.. index.Terms.Select(t => t with { Coefficient = t.Coefficient * factor })], index.Offset * factor);

    public static AffineIndex Minus(this AffineIndex left, AffineIndex right) => left.Plus(right.Times(-1));

    /// <summary>Puts an index in the place of every variable.</summary>
    public static AffineIndex Substitute(this AffineIndex index, Func<string, AffineIndex> value) =>
        index.Terms.Aggregate(AffineIndex.Constant(index.Offset), (sum, t) => sum.Plus(value(t.Axis).Times(t.Coefficient)));

    public static Interval Range(this AffineIndex index, Func<string, Interval> range) =>
        index.Terms.Aggregate(new Interval(index.Offset, index.Offset), (sum, t) => sum + range(t.Axis) * t.Coefficient);

    /// <summary>Equality by value (an affine index holds an array).</summary>
    public static bool Same(this AffineIndex left, AffineIndex right) => left.Minus(right) is { Terms.Length: 0, Offset: 0 };

    public static bool Mentions(this AffineIndex index, string variable) => index.CoefficientOf(variable) != 0;
}
