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
            {PairedBars.Legend}
            {PairedBars.Of([.. record.Channels.Select(Pair)], inColumns: true)}
            """);
    }

    private static BarPair Pair(LayerChannels c) =>
        new(c.Layer, c.After == c.Before ? $"{c.Before}" : $"{c.Before} → {c.After}", c.Before, c.After);
}
