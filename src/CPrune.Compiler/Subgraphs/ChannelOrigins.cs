using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs.Rearranging;
using CPrune.Graph;

namespace CPrune.Compiler.Subgraphs;

/// <summary>A channel of something that is written to memory: of a computed value, or of a copy.</summary>
internal readonly record struct ChannelOrigin(string Value, int Channel);

/// <summary>Where the channels of each value are written, seen through everything that only chooses or exchanges channels.</summary>
internal sealed class ChannelOrigins(LiveGraph graph)
{
    private readonly Dictionary<string, ImmutableArray<ChannelOrigin>> _origins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Source, ImmutableArray<int> Channels)?> _chosen = new(StringComparer.Ordinal);

    /// <summary>One for each channel.</summary>
    public ImmutableArray<ChannelOrigin> Of(string value) =>
        _origins.TryGetValue(value, out var origins) ? origins : AddOwn(value, graph.ExtentsOrNull(value)?.Channels ?? 0);

    /// <summary>The computed value that a value is under another name; null where it is more or less than one.</summary>
    public string? SameAs(string value) =>
        Of(value) is [var first, ..] origins && origins.SequenceEqual(Of(first.Value)) ? first.Value : null;

    /// <summary>Adds what is written by itself.</summary>
    public ImmutableArray<ChannelOrigin> AddOwn(string value, int channels) =>
        _origins[value] = [.. Enumerable.Range(0, channels).Select(c => new ChannelOrigin(value, c))];

    public void Add(string value, ImmutableArray<ChannelOrigin> origins) => _origins[value] = origins;

    /// <summary>Adds the outputs of a node that does not concatenate.</summary>
    public void Add(Node node)
    {
        foreach (var output in node.Outputs.Where(o => o.Length > 0))
            if (Chosen(node, output) is (var source, var channels)) _origins[output] = [.. channels.Select(c => Of(source)[c])];
    }

    /// <summary>The value whose channels an output is a choice of, and which; null where its node does more.</summary>
    public (string Source, ImmutableArray<int> Channels)? Chosen(Node node, string output)
    {
        if (_chosen.TryGetValue(output, out var known)) return known;
        return _chosen[output] = Choice();

        (string, ImmutableArray<int>)? Choice()
        {
            if (ViewOperators.ChannelsOf(node, output, graph) is { } channels) return (node.Inputs[0], [.. channels]);
            if (!Rearrangement.Knows(node) || ViewOperators.Knows(node, graph) || graph.ExtentsOrNull(output) is null) return null;
            return Rearrangement.Of(output, graph) is { Channels: { } exchanged } whole ? (whole.Source, exchanged) : null;
        }
    }
}
