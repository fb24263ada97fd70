using System.Collections.Immutable;
using CPrune.Graph;

namespace CPrune.Pruning.Groups;

/// <summary>
/// The channels of equal groups taken in turn, as exporters write it (Zhang et al., "ShuffleNet", CVPR 2018): a view <c>[N, groups, C / groups, …]</c>, its
/// axes 1 and 2 exchanged, and the first shape again.
/// </summary>
/// <param name="View">The first <c>Reshape</c>.</param>
internal sealed record ChannelShuffle(Node View, Node Turn, Node Join, int Groups)
{
    /// <summary>The shuffle that begins with a node, or null. Nobody else may read what lies within it.</summary>
    public static ChannelShuffle? StartingAt(Node view, ChannelPropagation walk)
    {
        if (walk.OnlyReader(view.Output) is not { OpType: "Transpose" } turn || walk.OnlyReader(turn.Output) is not { OpType: "Reshape" } join) return null;
        if (join.Inputs[0] != turn.Output || walk.ShapeOrNull(view.Inputs[0]) is not { Length: > 2 } from) return null;
        if (walk.ShapeOrNull(view.Output) is not { Length: > 3 } apart || walk.ShapeOrNull(join.Output) is not { } to) return null;
        var keepsImages = from.SequenceEqual(to) && apart[0] == from[0] && apart[1] * apart[2] == from[1]
            && Shapes.Count(apart[3..]) == Shapes.Count(from[2..]);
        int[] exchanged = [0, 2, 1, .. Enumerable.Range(3, apart.Length - 3)];
        return keepsImages && turn.IntsOrNull("perm") is { } order && order.SequenceEqual(exchanged) ? new ChannelShuffle(view, turn, join, apart[1]) : null;
    }

    /// <summary>Channel i of the result is channel <c>Order[i]</c> of the input.</summary>
    public ImmutableArray<int> Order(int channels) =>
        [.. Enumerable.Range(0, channels).Select(i => (i % Groups * (channels / Groups)) + (i / Groups))];
}
