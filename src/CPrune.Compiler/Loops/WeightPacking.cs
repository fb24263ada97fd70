using System.Collections.Immutable;
using CPrune.Compiler.Expressions;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Loops;

/// <summary>
/// The layout of a weight: its dimensions in the order in which the loops walk them, the lanes innermost, so that a kernel reads it front
/// to back in whole aligned vectors. Tiles that overrun an axis are filled up with zeros, or with repeats where points share a vector. Rows and columns,
/// whose last tile moves back, stay whole.
/// </summary>
internal sealed class WeightPacking(ScheduledNest nest)
{
    private readonly SharedTail? _tail = nest.SharedTail;

    /// <summary>The layout that fits a read.</summary>
    /// <exception cref="RefusedException">The read leaves the weight, or walks it backwards.</exception>
    public PackedLayout Layout(Expr.Read read)
    {
        Check(read);
        var walk = Walk(read).ToList();
        return new PackedLayout(read.Buffer.Extents, [.. walk.Select(w => new PackedDimension(w.Logical, w.Extent, w.Stride))], Tail(walk), Taps(walk));
    }

    /// <summary>The read's indices into the packed copy.</summary>
    public ImmutableArray<AffineIndex> Indices(Expr.Read read, AxisPositions positions) =>
        [.. Walk(read).Select(w => w.Loop is null ? positions[w.Axis] : AffineIndex.Of(w.Loop))];

    private IEnumerable<Step> Walk(Expr.Read read)
    {
        foreach (var loop in nest.Loops)
        {
            var axis = nest.Computation[loop.Axis];
            var byLoop = axis.Kind == AxisKind.Reduction || nest.EndsShort(axis.Name);
            if (!byLoop && loop != Outermost(axis.Name)) continue;
            for (var d = 0; d < read.Indices.Length; d++)
            {
                var coefficient = read.Indices[d].CoefficientOf(axis.Name);
                if (coefficient == 0) continue;
                yield return byLoop
                    ? new Step(d, Turns(loop), loop.Stride * coefficient, axis.Name, loop.Name)
                    : new Step(d, axis.Extent, coefficient, axis.Name, null);
            }
        }
    }

    /// <summary>Where an axis that stays whole belongs: at its outermost loop of more than one turn. A loop of one turn changes nothing, neither code nor layout.</summary>
    private ScheduledLoop Outermost(string axis) =>
        nest.Loops.FirstOrDefault(l => l.Axis == axis && l.Extent > 1) ?? nest.Loops.First(l => l.Axis == axis);

    /// <summary>Turns of a loop, with a vector for every group that shares.</summary>
    private int Turns(ScheduledLoop loop) =>
        _tail is not null && _tail.Loop == loop.Name ? Math.Max(loop.Extent, _tail.FullVectors + _tail.Groups.Length) : loop.Extent;

    private PackedTail? Tail(List<Step> walk)
    {
        if (_tail is null || nest.LaneLoop is not { } lane) return null;
        var lanes = walk.FindIndex(w => w.Loop == lane.Name);
        if (lanes < 0) return null;
        var vectors = Enumerable.Range(0, walk.Count).Where(i => i != lanes && walk[i].Axis == lane.Axis);
        return new PackedTail([.. vectors], lanes, nest.Computation[lane.Axis].Extent / lane.Extent * lane.Extent * walk[lanes].Stride, _tail.Groups);
    }

    /// <summary>Behind the weight's end the packed copy has zeros, which is what a read gives there.</summary>
    private PackedTaps? Taps(List<Step> walk)
    {
        if (nest.SharedTaps is not { } taps || nest.LaneLoop is not { } lane) return null;
        var lanes = walk.FindIndex(w => w.Loop == lane.Name);
        if (lanes < 0) return null;
        var vectors = Enumerable.Range(0, walk.Count).Where(i => i != lanes && walk[i].Axis == lane.Axis);
        var start = (nest.Computation[lane.Axis].Extent - taps.Channels) * walk[lanes].Stride;
        return new PackedTaps([.. vectors], lanes, start, walk.FindIndex(w => w.Axis == taps.Axis), taps.Channels);
    }

    private void Check(Expr.Read read)
    {
        for (var d = 0; d < read.Indices.Length; d++)
        {
            var index = read.Indices[d];
            var overruns = !index.Range(AxisRange).FitsIn(read.Buffer.Extents[d]) && read.Fill != 0;
            if (index.Offset != 0 || index.Terms.Any(t => t.Coefficient < 0) || overruns)
                throw new RefusedException(
                    $"the weight {read.Buffer.Name} is read at [{string.Join(',', read.Indices)}], which is not a walk from its first element");
        }
    }

    private Interval AxisRange(string axis) => new(0, nest.Computation[axis].Extent - 1);

    /// <summary>One packed dimension; <paramref name="Loop"/> is null for a whole axis.</summary>
    private sealed record Step(int Logical, int Extent, int Stride, string Axis, string? Loop);
}
