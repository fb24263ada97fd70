using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>Where the channels of a value are, or which it counts.</summary>
internal abstract record ChannelLayout
{
    private ChannelLayout()
    {
    }

    /// <summary>
    /// Index i of <paramref name="Axis"/> belongs to channel <c>Atoms[i]</c>. After a flatten one channel owns a block of indices and
    /// stands in the list once for each.
    /// </summary>
    public sealed record Known(int Rank, int Axis, ImmutableArray<int> Atoms) : ChannelLayout;

    /// <summary>
    /// The value comes from something that is not understood, and not even its shape is known; whatever meets it is left alone, for the
    /// same reason.
    /// </summary>
    public sealed record Opaque(string Reason) : ChannelLayout;

    /// <summary>Integers read off shapes: number i counts the channels <c>Counted[i]</c>, and follows them by itself when some go; none of another axis.</summary>
    public sealed record Numbers(ImmutableArray<ImmutableArray<int>> Counted) : ChannelLayout;
}
