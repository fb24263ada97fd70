using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>How one axis of a layer's weight is laid out over the positions of a group.</summary>
/// <param name="Layer">The convolution or dense node.</param>
/// <param name="Weight">Name of its weight constant.</param>
/// <param name="Axis">The weight's axis: filters for a producer, input channels or columns for a consumer.</param>
/// <param name="Extent">Indices that the axis has, those of other groups among them.</param>
/// <param name="Own">The indices that belong to the group, ascending, each with its position.</param>
/// <param name="UnitsPerPosition">
/// By how much the compiled layer's axis (<c>oc</c> of one group, <c>c</c> or <c>ic</c>) shrinks with one position: 1 in the usual case,
/// H·W for the columns of a dense layer behind a flatten.
/// </param>
public sealed record LayerPositions(string Layer, string Weight, int Axis, int Extent, ImmutableArray<(int Index, int Position)> Own, int UnitsPerPosition)
{
    /// <summary>For each index of the axis the group's position it belongs to, or −1 where it belongs to another group; written out anew each time.</summary>
    public ImmutableArray<int> Positions
    {
        get
        {
            var positions = Enumerable.Repeat(-1, Extent).ToArray();
            foreach (var (index, position) in Own) positions[index] = position;
            return [.. positions];
        }
    }
}

/// <summary>
/// Channels that the same layers make: position i stands for one filter of each of them, which are added up and can only be removed together, the batch-norm
/// parameters behind it, and the input channels that read it. A layer can belong to several groups: behind a shortcut padded with zeros some of its filters
/// are added to those of an earlier stage and some are not. A value; it holds names, not weights.
/// </summary>
public sealed record ChannelGroup
{
    /// <summary>
    /// Position in <see cref="ChannelAnalysis.Groups"/>. A removal keeps it, except that a layer cut down to one channel may couple in
    /// other ways afterwards.
    /// </summary>
    public required int Id { get; init; }

    /// <summary>The number of positions that could be removed, as long as one of each part stays.</summary>
    public required int Channels { get; init; }

    /// <summary>Layers that make these channels, in graph order.</summary>
    public required ImmutableArray<LayerPositions> Producers { get; init; }

    /// <summary>Layers that sum over these channels, in graph order.</summary>
    public required ImmutableArray<LayerPositions> Readers { get; init; }

    /// <summary>
    /// Sets of positions of which one each has to stay, because some value has no other channels: all positions, and those of a part that is cut out of them.
    /// </summary>
    public required ImmutableArray<ImmutableArray<int>> Parts { get; init; }

    /// <summary>Names of all layers of the model, of the other groups, too: what tells a group that has lost layers from one that never had them.</summary>
    internal IReadOnlySet<string> LayersOfModel { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Why the group must be left alone, naming the node; null where it may be pruned.</summary>
    public required string? FrozenReason { get; init; }

    public bool Prunable => FrozenReason is null;

    /// <summary>Names of the convolution and dense nodes that make these channels (depthwise ones among them).</summary>
    public ImmutableArray<string> Layers => [.. Producers.Select(p => p.Layer)];

    /// <summary>Names of the convolution and dense nodes that read them.</summary>
    public ImmutableArray<string> Consumers => [.. Readers.Select(r => r.Layer)];

    public override string ToString() =>
        $"group {Id}: {Channels} channels of {string.Join(", ", Layers)}{(FrozenReason is null ? "" : $" (left alone: {FrozenReason})")}";
}
