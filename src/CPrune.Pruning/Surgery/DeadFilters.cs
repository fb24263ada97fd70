using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Surgery;

/// <summary>
/// Filters that are exactly dead once batch norm is folded (Eccles et al., "DNNShifter", 2023): whatever the image, each of them adds only zeros to what comes
/// after it, because it is always zero there, or because the weights that read it are.
/// <para>
/// Without them the model's outputs are the same bit by bit in the reference evaluator, which sums in the order of the channels: terms that are zero change no
/// sum. That holds for images on which every activation is finite (0 · ∞ is no zero), and up to the sign of an output of zero, where a bias is −0. A channel
/// that is constant but not zero stays, because moving it into biases would round.
/// </para>
/// </summary>
public static class DeadFilters
{
    private const string AlwaysZero = "it is always zero";
    private const string Unread = "nothing reads it";
    private const string OnlyZeros = "it is zero wherever it is read";

    /// <summary>
    /// Removes them, until no other filter is dead without them. Of a layer one filter stays, and so do filters of channels that have to be left alone.
    /// </summary>
    /// <param name="isKept">Layers to leave as they are, with what is coupled with them.</param>
    public static DeadFilterRemoval Remove(ModelGraph graph, Func<string, bool>? isKept = null)
    {
        var removed = new List<DeadFilter>();
        var numbers = new Dictionary<string, ImmutableArray<int>>(StringComparer.Ordinal);
        while (true)
        {
            var analysis = PruningGraph.Analyze(graph);
            var reasons = Dead(graph, analysis, isKept ?? (_ => false));
            if (reasons.Count == 0) break;
            var cuts = reasons.ToDictionary(r => r.Key, r => (IReadOnlyCollection<int>)[.. r.Value.Keys]);
            removed.AddRange(Named(analysis, reasons, numbers));
            graph = ChannelRemover.Remove(graph, analysis, cuts);
        }

        var order = graph.Nodes.Select((n, i) => (Layer: n.LayerName(), i)).ToDictionary(p => p.Layer, p => p.i, StringComparer.Ordinal);
        return new DeadFilterRemoval(graph, [.. removed.OrderBy(f => order[f.Layer]).ThenBy(f => f.Filter)]);
    }

    /// <summary>For each group its dead positions, with the reason.</summary>
    private static Dictionary<int, Dictionary<int, string>> Dead(ModelGraph graph, ChannelAnalysis analysis, Func<string, bool> isKept)
    {
        var reads = ChannelReads.Of(graph, analysis);
        var dead = new Dictionary<int, Dictionary<int, string>>();
        foreach (var group in analysis.Groups.Where(g => g.Prunable && !g.Layers.Any(isKept)))
        {
            var parts = new KeptParts(group);
            var reasons = new Dictionary<int, string>();
            for (var position = 0; position < group.Channels; position++)
                if (ReasonOf(reads[group.Id][position]) is { } reason && parts.TryTake(position)) reasons[position] = reason;
            if (reasons.Count > 0) dead[group.Id] = reasons;
        }

        return dead;
    }

    private static string? ReasonOf(ChannelReads.Tally reads)
    {
        if (reads.AddsSomething) return null;
        return !reads.IsWeighed ? Unread : reads.IsEverNonZero ? OnlyZeros : AlwaysZero;
    }

    /// <summary>The filters that stand at dead positions, by their numbers in the model that was given; <paramref name="numbers"/> follows the removal.</summary>
    private static List<DeadFilter> Named(
        ChannelAnalysis analysis, Dictionary<int, Dictionary<int, string>> reasons, Dictionary<string, ImmutableArray<int>> numbers)
    {
        var named = new List<DeadFilter>();
        foreach (var layer in analysis.Layers)
        {
            var own = numbers.GetValueOrDefault(layer.Layer, [.. Enumerable.Range(0, layer.Filters.Length)]);
            var kept = ImmutableArray.CreateBuilder<int>();
            for (var i = 0; i < layer.Filters.Length; i++)
            {
                var (group, position) = analysis.PlaceOf(layer.Filters[i]);
                if (reasons.GetValueOrDefault(group)?.GetValueOrDefault(position) is { } reason) named.Add(new DeadFilter(layer.Layer, own[i], reason));
                else kept.Add(own[i]);
            }

            numbers[layer.Layer] = kept.ToImmutable();
        }

        return named;
    }
}
