using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>What the layers that read a group's channels make of each.</summary>
internal static class ChannelReads
{
    /// <param name="AddsSomething">Some term with it may differ from zero.</param>
    /// <param name="IsWeighed">Some weight that reads it is not zero.</param>
    /// <param name="IsEverNonZero">Some layer that reads it may find something else than zero.</param>
    internal readonly record struct Tally(bool AddsSomething, bool IsWeighed, bool IsEverNonZero);

    /// <summary>By group and position.</summary>
    public static ImmutableArray<Tally[]> Of(ModelGraph graph, ChannelAnalysis analysis)
    {
        var constants = new ConstantTable(graph);
        var zeros = ConstantChannels.Of(graph, analysis);
        var nodes = graph.Nodes.ToDictionary(n => n.LayerName(), StringComparer.Ordinal);
        ImmutableArray<Tally[]> tallies = [.. analysis.Groups.Select(g => new Tally[g.Channels])];
        foreach (var layer in analysis.Layers)
        {
            var node = nodes[layer.Layer];
            var sums = SummingLayer.Of(node, constants);
            var isZero = sums is null ? null : zeros.ZerosOf(node, sums);
            for (var index = 0; index < layer.Inputs.Length; index++)
            {
                if (analysis.PlaceOf(layer.Inputs[index]) is not ( >= 0 and var group, var position)) continue;
                ref var tally = ref tallies[group][position];
                tally = sums is null ? new Tally(true, true, true) : With(tally, sums, index, isZero!);
            }
        }

        return tallies;
    }

    private static Tally With(Tally tally, SummingLayer sums, int index, Func<int, bool> isZero)
    {
        for (var filter = 0; filter < sums.Filters; filter++)
        {
            tally = new Tally(
                tally.AddsSomething || !sums.AddsNothing(filter, index, isZero),
                tally.IsWeighed || !sums.AddsNothing(filter, index, _ => false),
                tally.IsEverNonZero || !isZero(sums.ChannelOf(filter, index)));
        }

        return tally;
    }
}
