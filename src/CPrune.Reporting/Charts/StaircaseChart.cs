using System.Collections.Immutable;
using System.Globalization;
using CPrune.Reporting.Benching;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Charts;

/// <summary>Latency over channels, ours and the peer's, and below it how even our speed per multiply-accumulate is; a panel for each staircase.</summary>
internal static class StaircaseChart
{
    private const double Width = 780;
    private const double Left = 64;
    private const double Right = Width - 24;
    private const double LatencyHeight = 230;
    private const double EvennessHeight = 90;
    private const double PanelHeight = LatencyHeight + EvennessHeight + 140;
    private const double Head = 74;

    public static string Svg(ImmutableArray<Staircase> stairs) => SvgFile.Of(
        "Latency of one convolution against its channels", Width, Head + stairs.Length * PanelHeight, Markup.Join(
        [
            Markup.Of($"""
                <rect class="first" x="20" y="46" width="12" height="12" rx="2"/><text x="38" y="57">CPrune</text>
                <rect class="peer" x="120" y="46" width="12" height="12" rx="2"/><text x="138" y="57">{stairs[0].Peer}</text>
                """),
            .. stairs.Select((s, i) => Panel(s, Head + i * PanelHeight)),
        ]));

    private static Markup Panel(Staircase stairs, double top)
    {
        var x = new Axis(0, stairs.Points.Max(p => p.Channels), Left, Right);
        var (bottom, low) = (top + 30 + LatencyHeight, top + 88 + LatencyHeight + EvennessHeight);
        var slowest = stairs.Points.Max(p => Math.Max(p.ModelSeconds, p.PeerSeconds));
        var y = Axis.Around([0, slowest * 1e6], bottom, top + 30);
        y = y with { Low = 0 };
        var even = new Axis(0, 1.25, low, low - EvennessHeight);
        return Markup.Join(
        [
            Markup.Of($"""<text class="name" x="20" y="{top + 14}">{stairs.Layer}, {BenchTables.Threads(stairs.Threads)}: µs an image</text>"""),
            .. y.Ticks().Select(t => Horizontal(y.At(t), y.Label(t))),
            .. Multiples(stairs).Select(m => Vertical(x.At(m), bottom, top + 30, $"{m}")),
            Line("peer", stairs.Points.Select(p => (x.At(p.Channels), y.At(p.PeerSeconds * 1e6)))),
            Line("first", stairs.Points.Select(p => (x.At(p.Channels), y.At(p.ModelSeconds * 1e6)))),
            Markup.Of($"""<text x="{Left}" y="{low - EvennessHeight - 10}">our convolution's speed per multiply-accumulate, against the next multiple of {stairs.Lanes}</text>"""),
            .. ((double[])[0, 0.5, 1]).Select(t => Horizontal(even.At(t), Figures.Percent(t, 0))),
            .. Multiples(stairs).Select(m => Vertical(x.At(m), low, low - EvennessHeight, "")),
            Markup.Of($"""<path class="level" d="M{Left} {even.At(0.9)} H{Right}"/>"""),
            Line("first", stairs.Points.Where(p => stairs.Evenness(p) is not null).Select(p => (x.At(p.Channels), even.At(Math.Clamp(stairs.Evenness(p)!.Value, even.Low, even.High))))),
        ]);
    }

    private static IEnumerable<int> Multiples(Staircase stairs) =>
        Enumerable.Range(0, stairs.Points.Max(p => p.Channels) / stairs.Lanes + 1).Select(i => i * stairs.Lanes);

    private static Markup Horizontal(double y, string label) => Markup.Of($"""
        <path class="grid" d="M{Left} {y} H{Right}"/><text x="{Left - 8}" y="{y + 4}" text-anchor="end">{label}</text>
        """);

    private static Markup Vertical(double x, double bottom, double top, string label) => Markup.Of($"""
        <path class="grid" d="M{x} {top} V{bottom}"/><text x="{x}" y="{bottom + 18}" text-anchor="middle">{label}</text>
        """);

    private static Markup Line(string colour, IEnumerable<(double X, double Y)> points)
    {
        var path = string.Join(' ', points.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{p.X:0.##} {p.Y:0.##}")));
        return Markup.Of($"""<path class="line {colour}" d="{path}"/>""");
    }
}
