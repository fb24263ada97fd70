using System.Collections.Immutable;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Staircases;

/// <summary>A layer whose time depends on the widths of groups.</summary>
/// <param name="Layer">Its node.</param>
/// <param name="Kind">Equal for layers that are equal at all widths: one stands for all.</param>
internal sealed record StaircaseLayer(string Layer, LayerAxis Inputs, LayerAxis Outputs, string Kind);

/// <summary>Finds out which groups decide how long the axes of each layer are.</summary>
internal static class LayerAxes
{
    public static IReadOnlyList<StaircaseLayer> Of(TunedModel model, ChannelAnalysis analysis, IReadOnlyList<GroupLadder> ladders)
    {
        var readers = analysis.Groups.SelectMany(g => g.Readers.Select(r => (Group: g.Id, Positions: r))).ToLookup(r => r.Positions.Layer, StringComparer.Ordinal);
        var producers = analysis.Groups.SelectMany(g => g.Producers.Select(p => (Group: g.Id, Positions: p))).ToLookup(p => p.Positions.Layer, StringComparer.Ordinal);
        var byGroup = ladders.ToDictionary(l => l.Group);
        var layers = new List<StaircaseLayer>();
        foreach (var (task, row) in model.Layers.Select((t, i) => (t, i)).Where(t => t.t.Main is not null))
        {
            foreach (var layer in task.Layers)
            {
                var outputs = Axis(producers[layer], byGroup);
                var inputs = Axis(readers[layer], byGroup);
                // A layer that reads what it is added to has one width, not two.
                if (inputs.Parts.Any(i => outputs.Parts.Any(o => o.Group == i.Group))) inputs = new LayerAxis([], inputs.Channels(_ => 0));
                if (!inputs.Parts.IsEmpty || !outputs.Parts.IsEmpty) layers.Add(new StaircaseLayer(layer, inputs, outputs, $"{row}: {Text(inputs)} → {Text(outputs)}"));
            }
        }

        return layers;
    }

    private static LayerAxis Axis(IEnumerable<(int Group, LayerPositions Positions)> members, Dictionary<int, GroupLadder> ladders)
    {
        var parts = ImmutableArray.CreateBuilder<AxisPart>();
        var others = 0;
        foreach (var (group, positions) in members)
        {
            if (!ladders.TryGetValue(group, out var ladder)) others += Channels(positions, []);
            else parts.Add(new AxisPart(group, [.. ladder.Stairs.Select(stair => Channels(positions, stair.Removed.ToHashSet()))]));
        }

        return new LayerAxis(parts.ToImmutable(), others);
    }

    private static int Channels(LayerPositions positions, HashSet<int> removed) => positions.Own.Count(o => !removed.Contains(o.Position));

    private static string Text(LayerAxis axis) => string.Join(" + ", axis.Parts.Select(p => string.Join(',', p.Channels)).Append($"{axis.Fixed}"));
}
