using System.Collections.Immutable;

namespace CPrune.Compiler.Models;

/// <summary>
/// How a weight lies in memory for one schedule: a permuted, tiled copy with zeros behind its end. Made by the kernel compiler, applied when a model is
/// compiled or a kernel is measured.
/// </summary>
/// <param name="LogicalExtents">The weight as the graph has it.</param>
/// <param name="Dimensions">Packed dimensions, outermost first: which logical dimension, how many turns, how far one turn moves.</param>
/// <param name="Tail">How the last vector along the lanes is laid out where points share its lanes.</param>
/// <param name="Taps">How the last channels are laid out where lanes run along them and positions of the window share vectors.</param>
public sealed record PackedLayout(
    ImmutableArray<int> LogicalExtents, ImmutableArray<PackedDimension> Dimensions, PackedTail? Tail = null, PackedTaps? Taps = null)
{
    /// <summary>Floats of the packed copy.</summary>
    public int Length => Dimensions.Aggregate(1, (n, d) => checked(n * d.Extent));

    /// <summary>The packed copy of <paramref name="logical"/> (row-major); elements outside the logical extents are zero.</summary>
    /// <exception cref="ArgumentException">A span's length is not the layout's.</exception>
    public void Pack(ReadOnlySpan<float> logical, Span<float> packed)
    {
        var count = LogicalExtents.Aggregate(1, (n, e) => checked(n * e));
        if (logical.Length != count) throw new ArgumentException($"{logical.Length} elements are no weight of {count}", nameof(logical));
        if (packed.Length != Length) throw new ArgumentException($"{packed.Length} elements are no packed copy of {Length}", nameof(packed));
        var indices = new int[LogicalExtents.Length];
        Pack(logical, packed, 0, indices, 0, 0);
    }

    public bool Equals(PackedLayout? other) =>
        other is not null && LogicalExtents.SequenceEqual(other.LogicalExtents) && Dimensions.SequenceEqual(other.Dimensions) && Equals(Tail, other.Tail) && Equals(Taps, other.Taps);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var extent in LogicalExtents) hash.Add(extent);
        foreach (var dimension in Dimensions) hash.Add(dimension);
        hash.Add(Tail);
        hash.Add(Taps);
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join("", Dimensions.Select(d => $"[{d.Extent}:{d.Logical}*{d.Stride}]")) + Tail + Taps;

    /// <param name="along">How far the turns so far have moved along the axis of the lanes.</param>
    /// <param name="tap">The turn of the positions that share vectors.</param>
    private void Pack(ReadOnlySpan<float> logical, Span<float> packed, int level, int[] indices, int along, int tap)
    {
        if (level == Dimensions.Length)
        {
            packed[0] = Element(logical, indices);
            return;
        }
        if (Taps is not null && level == Taps.Lanes && along >= Taps.Start)
        {
            if (along == Taps.Start) PackTaps(logical, packed, indices, tap);
            else packed.Clear();
            return;
        }
        var dimension = Dimensions[level];
        var size = packed.Length / dimension.Extent;
        var start = indices[dimension.Logical];
        var isLane = Tail is not null && level == Tail.Lanes;
        var isVector = (Tail?.Vectors ?? Taps?.Vectors)?.Contains(level) ?? false;
        if (size == 1 && level == Dimensions.Length - 1 && !isVector && !(isLane && along >= Tail!.Start))
        {
            PackRow(logical, packed, dimension, indices);
            return;
        }

        for (var turn = 0; turn < dimension.Extent; turn++)
        {
            var slice = packed.Slice(turn * size, size);
            var step = isLane ? Tail!.Step(dimension, along, turn) : turn * dimension.Stride;
            indices[dimension.Logical] = start + (step ?? 0);
            // The vectors of a shared tail may begin behind the end; what their lanes repeat does not.
            if (step is null || (!isVector && indices[dimension.Logical] >= LogicalExtents[dimension.Logical])) slice.Clear();
            else Pack(logical, slice, level + 1, indices, isVector ? along + step.Value : along, level == Taps?.Taps ? turn : tap);
        }
        indices[dimension.Logical] = start;
    }

    /// <summary>The innermost dimension where it is plain: all but a few of the weight's elements, and of the time that packing takes.</summary>
    private void PackRow(ReadOnlySpan<float> logical, Span<float> packed, PackedDimension dimension, int[] indices)
    {
        var left = LogicalExtents[dimension.Logical] - indices[dimension.Logical];
        var inside = Math.Clamp((left + dimension.Stride - 1) / dimension.Stride, 0, dimension.Extent);
        var stride = dimension.Stride;
        for (var d = dimension.Logical + 1; d < LogicalExtents.Length; d++) stride *= LogicalExtents[d];
        var flat = Flat(indices);
        for (var turn = 0; turn < inside; turn++, flat += stride) packed[turn] = logical[flat];
        packed[inside..].Clear();
    }

    /// <summary>One vector that positions share, at the first channel behind the last whole vector.</summary>
    private void PackTaps(ReadOnlySpan<float> logical, Span<float> packed, int[] indices, int vector)
    {
        var (lanes, taps) = (Dimensions[Taps!.Lanes], Dimensions[Taps.Taps]);
        var present = indices.ToArray();
        for (var lane = 0; lane < packed.Length; lane++)
        {
            var (tap, channel) = Math.DivRem(vector * packed.Length + lane, Taps.Channels);
            packed[lane] = 0;
            if (tap >= taps.Extent) continue;
            indices[taps.Logical] += (tap - vector) * taps.Stride;
            indices[lanes.Logical] += channel * lanes.Stride;
            packed[lane] = Element(logical, indices);
            present.CopyTo(indices, 0);
        }
    }

    private float Element(ReadOnlySpan<float> logical, int[] indices) => logical[Flat(indices)];

    private int Flat(int[] indices)
    {
        var flat = 0;
        for (var d = 0; d < indices.Length; d++) flat = flat * LogicalExtents[d] + indices[d];
        return flat;
    }
}

public readonly record struct PackedDimension(int Logical, int Extent, int Stride);
