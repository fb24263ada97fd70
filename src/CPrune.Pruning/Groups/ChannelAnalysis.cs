using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>
/// The channel groups of a model, and what a removal needs to know about each parameter. Holds names and extents, no weights: it serves
/// every model of the same architecture, but a removal makes a new architecture that must be analysed again.
/// </summary>
public sealed class ChannelAnalysis
{
    private readonly ILookup<string, ChannelGroup> _groupsOfLayer;
    private readonly ChannelPlaces _places;

    internal ChannelAnalysis(ImmutableArray<ChannelGroup> groups, ChannelPropagation walk, ChannelPlaces places)
    {
        Groups = groups;
        Layers = walk.Layers;
        Parameters = walk.Bindings.Axes;
        Edits = walk.Edits;
        Values = walk.Layouts;
        Steps = walk.Steps;
        _places = places;
        _groupsOfLayer = groups.SelectMany(g => g.Layers.Select(layer => (layer, g))).ToLookup(p => p.layer, p => p.g, StringComparer.Ordinal);
    }

    /// <summary>All groups, in the order of their first layer in the graph.</summary>
    public ImmutableArray<ChannelGroup> Groups { get; }

    internal IReadOnlyList<LayerChannelMap> Layers { get; }

    internal IReadOnlyDictionary<string, ImmutableArray<int>[]> Parameters { get; }

    internal IReadOnlyList<NodeEdit> Edits { get; }

    internal IReadOnlyDictionary<string, ChannelLayout> Values { get; }

    /// <summary>Rules applied, links between channels followed, and indices of layers and values put into groups: what the analysis costs, linear in the channels of all values.</summary>
    internal long Steps { get; }

    /// <summary>
    /// The group to cut when a convolution or dense node is to have fewer channels: of its groups the prunable one that takes the fewest other layers along;
    /// null for any other node.
    /// </summary>
    public ChannelGroup? GroupOf(string nodeName) => GroupsOf(nodeName).OrderBy(g => g.Prunable ? 0 : 1).ThenBy(g => g.Producers.Length).FirstOrDefault();

    /// <summary>All groups that a node makes channels of, none for a node that is no convolution or dense layer.</summary>
    public IEnumerable<ChannelGroup> GroupsOf(string nodeName) => _groupsOfLayer[nodeName];

    /// <summary>The group and position of an atom; −1 for channels that no layer makes, such as the model's input.</summary>
    internal (int Group, int Position) PlaceOf(int atom) => _places.Of(atom);
}
