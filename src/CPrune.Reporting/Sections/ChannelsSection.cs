using CPrune.Pruning.Runs;
using CPrune.Reporting.Charts;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>Filters per layer before and after.</summary>
internal static class ChannelsSection
{
    public static Markup Of(RunRecord record)
    {
        if (record.Channels.IsEmpty) return Markup.Empty;
        var changed = record.Channels.Count(c => c.After != c.Before);
        return Markup.Of($"""
            <h2>Channels per layer</h2>
            <p class="soft">{changed} of {record.Channels.Length} layers lost channels.</p>
            {DeadFilters(record)}
            {PairedBars.Legend}
            {PairedBars.Of([.. record.Channels.Select(Pair)], inColumns: true)}
            """);
    }

    private static Markup DeadFilters(RunRecord record) => record.DeadFilters.IsEmpty ? Markup.Empty : Markup.Of($"""
        <p class="soft">{record.DeadFilters.Length} filters of the original make no difference to what it computes
        ({string.Join(", ", record.DeadFilters.CountBy(f => f.Layer).Select(l => $"{l.Value} of {l.Key}"))}): {record.DeadFilterOutcome}.</p>
        """);

    private static BarPair Pair(LayerChannels c) =>
        new(c.Layer, c.After == c.Before ? $"{c.Before}" : $"{c.Before} → {c.After}", c.Before, c.After);
}
