using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>What has to change in a node itself when channels go.</summary>
/// <param name="Node">The node, by its first output.</param>
/// <param name="Channels">The change is due when any of these channels goes.</param>
internal abstract record NodeEdit(string Node, ImmutableArray<int> Channels)
{
    /// <summary>A number that says how many of some channels there are.</summary>
    /// <param name="Attribute">The attribute it stands in where the node has that, otherwise input <paramref name="Input"/> is a constant.</param>
    /// <param name="Index">Its place in the list of numbers; null for an attribute that is a single one.</param>
    /// <param name="Counted">The channels that it counts.</param>
    internal sealed record Count(string Node, ImmutableArray<int> Channels, string? Attribute, int Input, int? Index, ImmutableArray<int> Counted)
        : NodeEdit(Node, Channels);

    /// <summary>The sizes of a <c>Split</c>, which are written out even where the node said "equal".</summary>
    internal sealed record Sizes(string Node, ImmutableArray<int> Channels, ImmutableArray<ImmutableArray<int>> Parts) : NodeEdit(Node, Channels);

    /// <summary>The indices of a <c>Gather</c> along the channels: channel i of the result is channel <c>Indices[i]</c> of the input.</summary>
    internal sealed record Choice(string Node, ImmutableArray<int> Channels, ImmutableArray<int> Indices) : NodeEdit(Node, Channels);

    /// <summary>
    /// A channel shuffle, Reshape–Transpose–Reshape, needs groups of equal size; any other order of the channels that stay is a <c>Gather</c>, which takes
    /// the place of its last node (<see cref="NodeEdit.Node"/>).
    /// </summary>
    /// <param name="Indices">Channel i of the result is channel <c>Indices[i]</c> of the input.</param>
    internal sealed record Shuffle(string Node, ImmutableArray<int> Channels, ChannelShuffle Nodes, ImmutableArray<int> Indices) : NodeEdit(Node, Channels);
}
