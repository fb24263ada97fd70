using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>
/// The layout of a weight: its dimensions in the order in which the loops walk them, the lanes innermost, so that a kernel reads it front
/// to back in whole aligned vectors. Tiles that overrun an axis are filled up with zeros. Rows and columns, whose last tile moves back,
/// stay whole.
/// </summary>
internal sealed class WeightPacking(ScheduledNest nest)
{
    /// <summary>The layout that fits a read.</summary>
    /// <exception cref="RefusedException">The read leaves the weight, or walks it backwards.</exception>
    public PackedLayout Layout(Expr.Read read)
    {
        Check(read);
        return new PackedLayout(read.Buffer.Extents, [.. Walk(read).Select(w => new PackedDimension(w.Logical, w.Extent, w.Stride))]);
    }

    /// <summary>The read's indices into the packed copy.</summary>
    public ImmutableArray<AffineIndex> Indices(Expr.Read read, AxisPositions positions) =>
        [.. Walk(read).Select(w => w.Loop is null ? positions[w.Axis] : AffineIndex.Of(w.Loop))];

    private IEnumerable<(int Logical, int Extent, int Stride, string Axis, string? Loop)> Walk(Expr.Read read)
    {
        var whole = new HashSet<string>(StringComparer.Ordinal);
        foreach (var loop in nest.Loops)
        {
            var axis = nest.Computation[loop.Axis];
            var byLoop = axis.Kind == AxisKind.Reduction || nest.LaneLoop?.Axis == axis.Name;
            if (!byLoop && !whole.Add(axis.Name)) continue;
            for (var d = 0; d < read.Indices.Length; d++)
            {
                var coefficient = read.Indices[d].CoefficientOf(axis.Name);
                if (coefficient == 0) continue;
                yield return byLoop
                    ? (d, loop.Extent, loop.Stride * coefficient, axis.Name, loop.Name)
                    : (d, axis.Extent, coefficient, axis.Name, null);
            }
        }
    }

    private void Check(Expr.Read read)
    {
        for (var d = 0; d < read.Indices.Length; d++)
        {
            var index = read.Indices[d];
            if (index.Offset != 0 || index.Terms.Any(t => t.Coefficient < 0) || !index.Range(AxisRange).FitsIn(read.Buffer.Extents[d]))
                throw new RefusedException(
                    $"the weight {read.Buffer.Name} is read at [{string.Join(',', read.Indices)}], which is not a walk from its first element");
        }
    }

    private Interval AxisRange(string axis) => new(0, nest.Computation[axis].Extent - 1);
}
