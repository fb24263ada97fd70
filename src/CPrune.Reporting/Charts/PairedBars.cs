using System.Collections.Immutable;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Charts;

/// <param name="After">Null where there is no such thing any more.</param>
internal sealed record BarPair(string Name, string Text, double Before, double? After);

/// <summary>Before and after as two bars each, all on one scale.</summary>
internal static class PairedBars
{
    public static Markup Legend { get; } = new("""
        <div class="legend"><span><i style="background:var(--before)"></i>before</span><span><i style="background:var(--after)"></i>after</span></div>
        """);

    public static Markup Of(ImmutableArray<BarPair> pairs, bool inColumns)
    {
        var longest = pairs.Max(p => Math.Max(p.Before, p.After ?? 0));
        return Markup.Of($"""
            <div class="{(inColumns ? "columns" : "bars")}">
            {Markup.Join(pairs.Select(p => Pair(p, longest)))}
            </div>
            """);
    }

    public static Markup Single(ImmutableArray<BarPair> bars)
    {
        var longest = bars.Max(p => p.Before);
        return Markup.Of($"""
            <div class="bars">
            {Markup.Join(bars.Select(b => Markup.Of($"""<div><div class="bar-name"><span>{b.Name}</span><span>{b.Text}</span></div>{Bar("after", b.Before, longest)}</div>""")))}
            </div>
            """);
    }

    private static Markup Pair(BarPair p, double longest) => Markup.Of($"""
        <div><div class="bar-name"><span>{p.Name}</span><span>{p.Text}</span></div>{Bar("before", p.Before, longest)}{(p.After is { } after ? Bar("after", after, longest) : Markup.Empty)}</div>
        """);

    private static Markup Bar(string kind, double value, double longest) =>
        Markup.Of($"""<div class="bar {kind}" style="width:{(longest > 0 ? 100 * value / longest : 0)}%"></div>""");
}
