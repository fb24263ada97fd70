using System.Collections.Immutable;
using System.Globalization;
using CPrune.Compiler.Expressions;

namespace CPrune.Tuning.Records;

/// <summary>
/// A workload without its exact sizes: the family (which axes, how they are read) and the extents by which members of a family differ. A
/// schedule of one member can be replayed on another.
/// </summary>
/// <param name="Family">For example <c>Sum lane oc | oc oh ow ic kh=3 kw=3 | 2*oh+kh …</c>.</param>
/// <param name="Extents">Extents of all axes in the computation's order.</param>
public sealed record WorkloadShape(string Family, ImmutableArray<int> Extents)
{
    public static WorkloadShape Unknown { get; } = new("", []);

    public static WorkloadShape Of(Computation computation)
    {
        // The window is part of the family: a program for 3x3 says little about 1x1. Epilogues are not: they hardly change which loops are fast.
        var axes = computation.Axes.Select(a => a.Name is "kh" or "kw" ? $"{a.Name}={a.Extent}" : a.Name);
        var reads = Reads(computation.Term).Select(r => string.Join(',', r.Indices.Select(i => i with { Offset = 0 })));
        return new WorkloadShape(
            $"{computation.Reducer} lane {computation.LaneAxis} | {string.Join(' ', axes)} | {string.Join(" | ", reads)}",
            [.. computation.Axes.Select(a => a.Extent)]);
    }

    /// <summary>How far two members of a family are apart: the sum over axes of |log2 of the extents' ratio|.</summary>
    public double DistanceTo(WorkloadShape other) =>
        Extents.Length == other.Extents.Length
            ? Extents.Zip(other.Extents, (a, b) => Math.Abs(Math.Log2((double)a / b))).Sum()
            : double.PositiveInfinity;

    internal string ExtentsText => string.Join(',', Extents.Select(e => e.ToString(CultureInfo.InvariantCulture)));

    internal static ImmutableArray<int> ParseExtents(string text) =>
        text.Length == 0 ? [] : [.. text.Split(',').Select(e => int.Parse(e, CultureInfo.InvariantCulture))];

    public bool Equals(WorkloadShape? other) => other is not null && Family == other.Family && Extents.SequenceEqual(other.Extents);

    public override int GetHashCode() => HashCode.Combine(Family, ExtentsText);

    private static IEnumerable<Expr.Read> Reads(Expr expression) => expression switch
    {
        Expr.Read read => [read],
        Expr.Unary unary => Reads(unary.Operand),
        Expr.Binary binary => Reads(binary.Left).Concat(Reads(binary.Right)),
        _ => [],
    };
}
