using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs.Rearranging;

/// <summary>
/// <c>y[oh,ow,c] = x[…]</c> with the elements in another order. An axis of the result that is walked in several loops goes by its name and, outside, its
/// name with a number: <c>c1, c</c>.
/// </summary>
internal static class RearrangeComputation
{
    /// <param name="node">The node that makes <paramref name="value"/>.</param>
    public static Draft Of(Node node, string value, View source, ImmutableArray<Digit> digits, ActivationExtents to)
    {
        var axes = digits.Select(d => (Digit: d, Dimension: Dimension(d.To, to))).ToArray();
        var named = axes.Select((a, i) => (a.Digit, a.Dimension, Name: Name(a.Dimension, axes.Take(i).Count(b => b.Dimension == a.Dimension)))).ToArray();
        ImmutableArray<Axis> channels = [.. named.Where(a => a.Dimension == 0).Select(a => new Axis(a.Name, a.Digit.Extent, AxisKind.Spatial)).Reverse()];
        if (channels.IsEmpty) channels = [Frame.Lanes(1)];
        var frame = new Frame(to, Index(1, d => d.To, to), Index(2, d => d.To, to), Index(0, d => d.To, to), channels);
        var from = source.Extents;
        var operands = new OperandTable();
        return new Draft
        {
            Anchor = node,
            Stage = $"move to {to.Rows}x{to.Columns}x{to.Channels}",
            IsMain = false,
            IsCopy = true,
            Description = $"move {from.Channels} @{from.Rows}x{from.Columns} to {to.Channels} @{to.Rows}x{to.Columns}",
            Value = value,
            Axes = [.. channels, .. named.Where(a => a.Dimension > 0).Reverse().Select(a => new Axis(a.Name, a.Digit.Extent, AxisKind.Spatial))],
            Frame = frame,
            Operands = operands,
            Term = operands.Read(source, Index(1, d => d.From, from), Index(2, d => d.From, from), Index(0, d => d.From, from)),
        };

        // The digits that move in one dimension of an image, each by its share of that dimension's step.
        AffineIndex Index(int dimension, Func<Digit, int> step, ActivationExtents extents) => new(
            [.. named.Where(a => Dimension(step(a.Digit), extents) == dimension).Reverse()
                .Select(a => new AffineTerm(a.Name, step(a.Digit) / Step(dimension, extents)))],
            0);
    }

    /// <summary>Which dimension of an image in ONNX's order a step of this size moves in: 0 for channels, 1 for rows, 2 for columns.</summary>
    private static int Dimension(int step, ActivationExtents extents) =>
        step < extents.Columns ? 2 : step < extents.Columns * extents.Rows ? 1 : 0;

    private static int Step(int dimension, ActivationExtents extents) =>
        dimension switch { 0 => extents.Columns * extents.Rows, 1 => extents.Columns, _ => 1 };

    private static string Name(int dimension, int outside) => (dimension switch { 0 => "c", 1 => "oh", _ => "ow" }) + (outside == 0 ? "" : $"{outside}");
}
