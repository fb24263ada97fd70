using System.Collections.Immutable;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Charts;

/// <param name="Values">By setting; null where a model lacks one.</param>
internal sealed record SpeedUps(string Name, ImmutableArray<double?> Values);

/// <summary>How many times as fast as a peer: a group of bars for each model, a bar for each setting.</summary>
internal sealed record SpeedUpChart(string Title, string Peer, ImmutableArray<string> Settings, ImmutableArray<SpeedUps> Models)
{
    private const double Width = 780;
    private const double Left = 190;
    private const double Right = Width - 70;
    private const double Top = 84;
    private const double Bar = 13;
    private const double Gap = 14;

    private static readonly string[] Colours = ["first", "second", "peer"];

    public string Svg()
    {
        var group = Settings.Length * Bar + Gap;
        var bottom = Top + Models.Length * group;
        var longest = Models.SelectMany(m => m.Values).Select(v => v ?? 0).Append(1.25).Max();
        var x = new Axis(0, Math.Ceiling(longest * 4) / 4, Left, Right);
        return SvgFile.Of(Title, Width, bottom + 40, Markup.Join(
        [
            .. Settings.Select(Legend),
            .. x.Ticks().Select(t => Markup.Of($"""
                <path class="grid" d="M{x.At(t)} {Top - 8} V{bottom}"/><text x="{x.At(t)}" y="{bottom + 20}" text-anchor="middle">{x.Label(t)}×</text>
                """)),
            .. Models.Select((m, i) => Group(m, Top + i * group, x)),
            Markup.Of($"""<path class="level" d="M{x.At(1)} {Top - 8} V{bottom}"/><text x="{x.At(1)}" y="{Top - 14}" text-anchor="middle">{Peer}</text>"""),
        ]));
    }

    private static Markup Legend(string setting, int index) => Markup.Of($"""
        <rect class="{Colour(index)}" x="{20 + index * 110}" y="46" width="12" height="12" rx="2"/><text x="{38 + index * 110}" y="57">{setting}</text>
        """);

    private static Markup Group(SpeedUps model, double top, Axis x) => Markup.Join(
    [
        Markup.Of($"""<text class="name" x="{Left - 12}" y="{top + model.Values.Length * Bar / 2 + 5}" text-anchor="end">{model.Name}</text>"""),
        .. model.Values.Select((v, i) => v is { } value ? OneBar(value, top + i * Bar, Colour(i), x) : Markup.Empty),
    ]);

    private static Markup OneBar(double value, double top, string colour, Axis x) => Markup.Of($"""
        <rect class="{colour}" x="{Left}" y="{top}" width="{x.At(value) - Left}" height="{Bar - 2}" rx="2"/><text class="value" x="{x.At(value) + 6}" y="{top + Bar - 3}">{Figures.Ratio(value)}</text>
        """);

    private static string Colour(int setting) => Colours[Math.Min(setting, Colours.Length - 1)];
}
