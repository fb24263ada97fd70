using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Policies;

/// <summary>How wide the user's model made each group, and how narrow a run may make it.</summary>
public sealed class GroupFloors
{
    private readonly Dictionary<string, int> _original;
    private readonly double _maxLayerCut;

    private GroupFloors(Dictionary<string, int> original, double maxLayerCut) => (_original, _maxLayerCut) = (original, maxLayerCut);

    /// <param name="maxLayerCut">The share of a layer's filters that may go.</param>
    public static GroupFloors Of(ModelGraph original, double maxLayerCut) => new(
        PruningGraph.Analyze(original).Groups.SelectMany(g => g.Layers.Select(l => (Layer: l, g.Channels))).ToDictionary(p => p.Layer, p => p.Channels, StringComparer.Ordinal),
        maxLayerCut);

    /// <summary>Channels of a group in the user's model; the group may be of any model cut from it.</summary>
    public int OriginalOf(ChannelGroup group) => _original[group.Layers[0]];

    /// <summary>Channels that must stay.</summary>
    public int LeastOf(ChannelGroup group) => (int)Math.Max(1, Math.Ceiling(OriginalOf(group) * (1 - _maxLayerCut)));
}
