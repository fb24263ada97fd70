using System.Collections.Immutable;
using CPrune.Compiler.Expressions;

namespace CPrune.Compiler.Subgraphs;

/// <summary>
/// Where the elements of a graph value lie: a part of a buffer, perhaps strided, with padding around it. Slices, paddings, concatenations and exchanged
/// channels become views, so that no data moves for them.
/// </summary>
/// <param name="ChannelsFirst">The buffer is the model's own input, as the caller gave it: channels, rows, columns.</param>
/// <param name="Fill">The value of padding.</param>
internal sealed record View(Operand Source, bool ChannelsFirst, Walk Rows, Walk Columns, Walk Channels, float Fill = 0f)
{
    /// <summary>
    /// Channel <c>i</c> of the value lies at coordinate <c>Order[i]</c> of <see cref="Channels"/>; nothing where it lies at coordinate <c>i</c>.
    /// </summary>
    public ImmutableArray<int> Order { get; init; }

    /// <inheritdoc cref="BufferSpec.Block"/>
    public int Block { get; init; }

    public bool IsOrdered => Order.IsDefault;

    public static View Whole(Operand source, ActivationExtents extents, bool channelsFirst = false) =>
        new(source, channelsFirst, Walk.Whole(extents.Rows), Walk.Whole(extents.Columns), Walk.Whole(extents.Channels));

    public ActivationExtents Extents => new(Rows.Extent, Columns.Extent, IsOrdered ? Channels.Extent : Order.Length);

    public ImmutableArray<int> BufferExtents =>
        ChannelsFirst ? [Channels.Bound, Rows.Bound, Columns.Bound] : [Rows.Bound, Columns.Bound, Channels.Bound];

    /// <summary>Whether it is its buffer from the first element to the last, row by row.</summary>
    public bool IsWhole => Rows.IsWhole && Columns.IsWhole && Channels.IsWhole && IsOrdered && Block == 0;

    public bool HasPadding => Rows.LeavesBuffer || Columns.LeavesBuffer || Channels.LeavesBuffer;

    /// <summary>The value with <paramref name="padding"/> around it; null where a read with one fill value cannot express it.</summary>
    public View? Padded(Padding padding, float fill)
    {
        if (padding.IsNone) return this;
        if (padding.Adds && HasPadding && !fill.Equals(Fill)) return null;
        if (!IsOrdered && (padding.FirstChannels != 0 || padding.LastChannels != 0)) return null;
        return Rows.Padded(padding.Top, padding.Bottom) is { } rows
            && Columns.Padded(padding.Left, padding.Right) is { } columns
            && Channels.Padded(padding.FirstChannels, padding.LastChannels) is { } channels
                ? this with { Rows = rows, Columns = columns, Channels = channels, Fill = padding.Adds ? fill : Fill }
                : null;
    }

    /// <summary>The value made of these channels of this one.</summary>
    public View Picked(IEnumerable<int> channels)
    {
        ImmutableArray<int> order = IsOrdered ? [.. channels] : [.. channels.Select(c => Order[c])];
        var step = order.Length > 1 ? order[1] - order[0] : 1;
        return step > 0 && order.Select((o, i) => o - i * step).Distinct().Count() == 1
            ? this with { Channels = Channels.Sliced(order[0], order.Length, step), Order = default }
            : this with { Order = order };
    }

    /// <summary>The buffer's channel of each of the value's channels.</summary>
    public IEnumerable<int> BufferChannels
    {
        get
        {
            var (walk, order) = (Channels, Order);
            return Enumerable.Range(0, Extents.Channels).Select(i => walk.Offset + walk.Stride * (order.IsDefault ? i : order[i]));
        }
    }

    /// <summary>This value repeated up to <paramref name="extents"/>; null where an extent is neither equal nor one, or the channels are not in order.</summary>
    public View? Broadcast(ActivationExtents extents)
    {
        return IsOrdered && Fits(Rows, extents.Rows) && Fits(Columns, extents.Columns) && Fits(Channels, extents.Channels)
            ? this with
            {
                Rows = Rows.Broadcast(extents.Rows),
                Columns = Columns.Broadcast(extents.Columns),
                Channels = Channels.Broadcast(extents.Channels),
            }
            : null;

        static bool Fits(Walk walk, int extent) => walk.Extent == extent || walk.Extent == 1;
    }

    /// <summary>The buffer's indices of one element.</summary>
    public ImmutableArray<AffineIndex> At(AffineIndex row, AffineIndex column, AffineIndex channel) =>
        !IsOrdered ? throw new InvalidOperationException("channels that are not in order were to be read as if they were")
        : ChannelsFirst ? [Channels.At(channel), Rows.At(row), Columns.At(column)]
        : [Rows.At(row), Columns.At(column), Channels.At(channel)];
}

/// <summary>Elements added around a value; negative amounts cut it.</summary>
internal readonly record struct Padding(int Top, int Left, int Bottom, int Right, int FirstChannels = 0, int LastChannels = 0)
{
    public bool IsNone => this == default;

    public bool Adds => Top > 0 || Left > 0 || Bottom > 0 || Right > 0 || FirstChannels > 0 || LastChannels > 0;
}
