using System.Collections.Immutable;

namespace CPrune.Graph.Operators;

/// <summary>One axis of a slice: Count elements Start, Start + Step, ... A step may be negative.</summary>
public readonly record struct SliceRange(int Start, int Step, int Count)
{
    public bool IsWhole(int extent) => this == new SliceRange(0, 1, extent);
}

/// <summary>A <c>Slice</c> node resolved for its input: one range for every axis, negative and oversized indices made plain.</summary>
public sealed record SliceAttributes(ImmutableArray<SliceRange> Ranges)
{
    public ImmutableArray<int> OutputShape => [.. Ranges.Select(r => r.Count)];

    /// <summary>Reads attributes (before operator set 10) or the constant inputs starts, ends, axes, steps.</summary>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Model"/>: bounds that are no constants, or of different lengths.</exception>
    public static SliceAttributes Of(OperatorCall call)
    {
        var shape = call.Shape(0);
        var starts = call.AttributeOrInput("starts", 1) ?? throw call.Error("has no starts; export the model again");
        var ends = call.AttributeOrInput("ends", 2) ?? throw call.Error("has no ends; export the model again");
        var axes = call.AttributeOrInput("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        var steps = call.AttributeOrInput("steps", 4) ?? [.. starts.Select(_ => 1L)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length || steps.Contains(0))
            throw call.Error("has starts, ends, axes and steps that do not fit each other; export the model again");
        var ranges = shape.Select(extent => new SliceRange(0, 1, extent)).ToArray();
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = call.Axis(axes[i], shape.Length);
            ranges[axis] = Resolve(starts[i], ends[i], steps[i], shape[axis]);
        }

        return new SliceAttributes([.. ranges]);
    }

    private static SliceRange Resolve(long start, long end, long step, int extent)
    {
        // Backwards, a slice may begin at the last element and end before the first.
        var (low, high) = step > 0 ? (0, extent) : (-1, extent - 1);
        start = Math.Clamp(start < 0 ? start + extent : start, step > 0 ? 0 : Math.Min(0, high), high);
        end = Math.Clamp(end < 0 ? end + extent : end, low, high);
        var span = step > 0 ? end - start : start - end;
        var size = Math.Abs(Math.Clamp(step, -int.MaxValue, int.MaxValue));
        return new SliceRange((int)start, (int)(step > 0 ? size : -size), span <= 0 ? 0 : (int)((span + size - 1) / size));
    }
}
