using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using CPrune.Compiler.Expressions;

namespace CPrune.Tuning.Records;

/// <summary>
/// A workload without its exact sizes: the family (which axes, how they are read) and the extents by which members of a family differ. A
/// schedule of one member can be replayed on another.
/// </summary>
/// <param name="Family">For example <c>Sum lane oc | oc oh ow ic kh=3 kw=3 | Activation 2*oh+kh,2*ow+kw,ic | Weight oc,ic,kh,kw</c>.</param>
/// <param name="Extents">Extents of all axes in the computation's order.</param>
public sealed partial record WorkloadShape(string Family, ImmutableArray<int> Extents)
{
    public static WorkloadShape Unknown { get; } = new("", []);

    public static WorkloadShape Of(Computation computation)
    {
        // The window is part of the family: a program for 3x3 says little about 1x1. So are the points of a transform. Epilogues are not: they hardly
        // change which loops are fast.
        var axes = computation.Axes.Where(a => a.Kind != AxisKind.Inner)
            .Select(a => a.Name is "kh" or "kw" || a.Kind == AxisKind.Point ? $"{a.Name}={a.Extent}" : a.Name);
        var reads = computation.Term.Reads().Select(r => $"{r.Buffer.Role}{(r.Buffer.Block == 0 ? "" : $"/{r.Buffer.Block}")} {string.Join(',', r.Indices.Select(Pattern))}");
        return new WorkloadShape(
            $"{computation.Reducer} lane {computation.LaneAxis} | {string.Join(' ', axes)} | {string.Join(" | ", reads)}",
            [.. computation.Axes.Select(a => a.Extent)]);
    }

    /// <summary>How far two members of a family are apart: the sum over axes of |log2 of the extents' ratio|.</summary>
    public double DistanceTo(WorkloadShape other) =>
        Extents.Length == other.Extents.Length
            ? Extents.Zip(other.Extents, (a, b) => Math.Abs(Math.Log2((double)a / b))).Sum()
            : double.PositiveInfinity;

    /// <summary>The family in short, for example <c>oc oh ow ic kh=3 kw=3, stride 2</c>; its whole text where that is of another form.</summary>
    public string Label
    {
        get
        {
            if (Family.Split(" | ") is not [var reduction, var axes, ..]) return Family;
            var stride = RowStride().Match(Family);
            return $"{(reduction.StartsWith(nameof(Reducer.Max), StringComparison.Ordinal) ? "max of " : "")}{axes}{(stride.Success ? $", stride {stride.Groups[1]}" : "")}";
        }
    }

    internal string ExtentsText => string.Join(',', Extents.Select(e => e.ToString(CultureInfo.InvariantCulture)));

    internal static ImmutableArray<int> ParseExtents(string text) =>
        text.Length == 0 ? [] : [.. text.Split(',').Select(e => int.Parse(e, CultureInfo.InvariantCulture))];

    public bool Equals(WorkloadShape? other) => other is not null && Family == other.Family && Extents.SequenceEqual(other.Extents);

    public override int GetHashCode() => HashCode.Combine(Family, ExtentsText);

    /// <summary>The axes of an index, with the strides of rows and columns; other coefficients are sizes.</summary>
    private static string Pattern(AffineIndex index) =>
        string.Join('+', index.Terms.Select(t => t.Axis is "oh" or "ow" && t.Coefficient != 1 ? $"{t.Coefficient}*{t.Axis}" : t.Axis));

    [GeneratedRegex(@"(\d+)\*oh")]
    private static partial Regex RowStride();
}
