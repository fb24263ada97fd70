using System.Collections.Immutable;

namespace CPrune.Pruning.Groups;

/// <summary>
/// The channel groups of a model, and what a removal needs to know about each parameter. Holds names and extents, no weights: it serves
/// every model of the same architecture, but a removal makes a new architecture that must be analysed again.
/// </summary>
public sealed class ChannelAnalysis
{
    private readonly Dictionary<string, ChannelGroup> _groupOfLayer;
    private readonly (int Group, int Position)[] _places;

    internal ChannelAnalysis(ImmutableArray<ChannelGroup> groups, ChannelPropagation walk, (int Group, int Position)[] places)
    {
        Groups = groups;
        Layers = walk.Layers;
        Parameters = walk.Bindings.Axes;
        Edits = walk.Edits;
        Values = walk.Layouts;
        _places = places;
        _groupOfLayer = groups.SelectMany(g => g.Layers.Select(layer => (layer, g))).ToDictionary(p => p.layer, p => p.g, StringComparer.Ordinal);
    }

    /// <summary>All groups, in the order of their first layer in the graph.</summary>
    public ImmutableArray<ChannelGroup> Groups { get; }

    internal IReadOnlyList<LayerChannelMap> Layers { get; }

    internal IReadOnlyDictionary<string, ImmutableArray<int>[]> Parameters { get; }

    internal IReadOnlyList<ExtentEdit> Edits { get; }

    internal IReadOnlyDictionary<string, ChannelLayout> Values { get; }

    /// <summary>The group of the channels that a convolution or dense node makes, or null for any other node.</summary>
    public ChannelGroup? GroupOf(string nodeName) => _groupOfLayer.GetValueOrDefault(nodeName);

    /// <summary>The group and position of an atom; −1 for channels that no layer makes, such as the model's input.</summary>
    internal (int Group, int Position) PlaceOf(int atom) => _places[atom];
}
