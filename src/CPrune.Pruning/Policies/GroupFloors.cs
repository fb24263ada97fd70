using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Policies;

/// <summary>How wide the user's model made each group, and how narrow a run may make it.</summary>
public sealed class GroupFloors
{
    private const double Rounding = 1e-9;

    private readonly ILookup<string, Width> _widthsByLayer;
    private readonly double _maxLayerCut;
    private readonly ImmutableArray<LayerCap> _caps;

    private GroupFloors(ModelGraph original, double maxLayerCut, ImmutableArray<LayerCap> caps)
    {
        (_maxLayerCut, _caps) = (maxLayerCut, caps);
        _widthsByLayer = PruningGraph.Analyze(original).Groups.Where(g => g.Prunable)
            .Select(g => new Width(g.Layers.ToHashSet(StringComparer.Ordinal), g.Channels))
            .SelectMany(w => w.Layers.Select(layer => (layer, w)))
            .ToLookup(p => p.layer, p => p.w, StringComparer.Ordinal);
    }

    /// <param name="maxLayerCut">The share of a layer's filters that may go.</param>
    /// <param name="caps">Layers with another share; where several match, the smallest one holds.</param>
    public static GroupFloors Of(ModelGraph original, double maxLayerCut, params ReadOnlySpan<LayerCap> caps) => new(original, maxLayerCut, [.. caps]);

    /// <summary>
    /// Channels of a group in the user's model; the group may be of any model cut from it. Where blocks were taken out groups have fewer layers than they had, and
    /// those that differed in nothing else are one now: it is as wide as they were together. One whose layers were coupled with some that the model still has was a
    /// part of the smallest such group. One that is coupled as none was before counts with what it has.
    /// </summary>
    public int OriginalOf(ChannelGroup group)
    {
        var origins = _widthsByLayer[group.Layers[0]].Where(w => w.Layers.IsSupersetOf(group.Layers)).ToList();
        var same = origins.Where(w => w.Layers.Count(group.LayersOfModel.Contains) == group.Layers.Length).ToList();
        return same.Count > 0 ? same.Sum(w => w.Channels) : origins.MinBy(w => w.Layers.Count)?.Channels ?? group.Channels;
    }

    /// <summary>Channels that must stay: what the most careful of the group's layers asks for.</summary>
    public int LeastOf(ChannelGroup group) => Math.Max(1, LeftOf(OriginalOf(group), group.Layers.Min(MaxCutOf)));

    /// <summary>Channels that stay where as many go as a share allows. A share like 0.7 is no binary fraction, so a whole number may come out a little too small.</summary>
    internal static int LeftOf(int channels, double share) => channels - (int)Math.Floor((channels * share) + Rounding);

    private double MaxCutOf(string layer)
    {
        var own = _caps.Where(c => c.Matches(layer)).ToList();
        return own.Count == 0 ? _maxLayerCut : own.Min(c => c.MaxCut);
    }

    /// <param name="Channels">Of one of the original's groups.</param>
    private sealed record Width(HashSet<string> Layers, int Channels);
}
