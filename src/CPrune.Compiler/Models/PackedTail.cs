using System.Collections.Immutable;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Models;

/// <summary>
/// The end of a weight's lane axis where points share accumulators: from <see cref="Start"/> on there is one vector a group, which repeats the group's
/// elements as often as points share it.
/// </summary>
/// <param name="Vectors">Packed dimensions of the lane axis outside the lanes.</param>
/// <param name="Lanes">The packed dimension of the lanes.</param>
/// <param name="Start">Where the first group's vector begins, in elements of the logical dimension.</param>
/// <param name="Groups">Whose elements are repeated.</param>
public sealed record PackedTail(ImmutableArray<int> Vectors, int Lanes, int Start, ImmutableArray<LaneGroup> Groups)
{
    /// <summary>How far a lane is from where the lane axis begins less what the vector is; null where the lane holds nothing.</summary>
    /// <param name="lanes">The packed dimension <see cref="Lanes"/>.</param>
    /// <param name="along">Where the vector begins.</param>
    public int? Step(PackedDimension lanes, int along, int lane)
    {
        if (along < Start) return lane * lanes.Stride;
        var vector = (along - Start) / (lanes.Extent * lanes.Stride);
        if (vector >= Groups.Length || lane >= Groups[vector].Count * Groups[vector].Ways) return null;
        return Start - along + (Groups[vector].First + lane % Groups[vector].Count) * lanes.Stride;
    }

    public bool Equals(PackedTail? other) =>
        other is not null && Vectors.SequenceEqual(other.Vectors) && (Lanes, Start) == (other.Lanes, other.Start) && Groups.SequenceEqual(other.Groups);

    public override int GetHashCode() => HashCode.Combine(Lanes, Start, Vectors.Length, Groups.Length);

    public override string ToString() => $" from {Start} {string.Join(' ', Groups.Select(g => $"{g.Ways}x{g.Count}"))}";
}
