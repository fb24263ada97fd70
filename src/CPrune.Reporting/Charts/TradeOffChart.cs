using System.Collections.Immutable;
using System.Globalization;
using CPrune.Reporting.Comparing;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Charts;

/// <param name="Milliseconds">Latency of an image.</param>
/// <param name="Percent">Top-1 on the test set.</param>
internal sealed record TradeOffPoint(double Milliseconds, double Percent);

/// <param name="Walked">Accepted models in order, the original first.</param>
/// <param name="Result">What the run ended with.</param>
/// <param name="Series">Number of its colour: that of its policy.</param>
internal sealed record TradeOffLine(string Name, int Series, ImmutableArray<TradeOffPoint> Walked, TradeOffPoint? Result);

/// <summary>Accuracy against latency: a line for each policy through its accepted models, and its result as a labelled point.</summary>
internal sealed record TradeOffChart(string Title, ImmutableArray<TradeOffLine> Lines, double? FloorPercent)
{
    private const double Width = 780;
    private const double Height = 460;
    private const double Left = 64;
    private const double Right = Width - 24;
    private const double Top = 84;
    private const double Bottom = Height - 52;
    private const int Colours = 6;

    /// <summary>Latencies follow from ratios to the original, which were timed in turn, and the first run's time of the original.</summary>
    public static TradeOffChart Of(Comparison comparison)
    {
        var original = comparison.Runs[0].Record.Before.LatencySeconds * 1e3;
        return new TradeOffChart(
            $"{comparison.Runs[0].Record.Header.ModelName}: accuracy against latency",
            [
                .. comparison.Runs.Select(r => new TradeOffLine(
                    r.Policy,
                    comparison.Policies.IndexOf(r.Policy),
                    [.. r.Record.Trace.Select(p => new TradeOffPoint(original * p.Ratio, p.TestTop1 * 100))],
                    r.Record.After is { TestTop1: { } top1 } after ? new TradeOffPoint(original * after.LatencySeconds / r.Record.Before.LatencySeconds, top1 * 100) : null)),
            ],
            comparison.MinAccuracy > 0 ? comparison.MinAccuracy * 100 : null);
    }

    public string Svg()
    {
        var all = Lines.SelectMany(l => l.Result is { } r ? l.Walked.Add(r) : l.Walked).ToList();
        var x = Axis.Around(all.Select(p => p.Milliseconds), Left, Right);
        var y = Axis.Around(FloorPercent is { } f ? all.Select(p => p.Percent).Append(f) : all.Select(p => p.Percent), Bottom, Top);
        return SvgFile.Of(Title, Width, Height, Markup.Join(
        [
            .. Lines.DistinctBy(l => l.Series).Select((l, i) => Markup.Of($"""
                <circle class="series-{l.Series % Colours}" cx="{26 + i * 105}" cy="52" r="5"/><text x="{38 + i * 105}" y="57">{l.Name}</text>
                """)),
            .. y.Ticks().Select(t => Markup.Of($"""<path class="grid" d="M{Left} {y.At(t)} H{Right}"/><text x="{Left - 8}" y="{y.At(t) + 4}" text-anchor="end">{y.Label(t)}</text>""")),
            .. x.Ticks().Select(t => Markup.Of($"""<path class="grid" d="M{x.At(t)} {Top} V{Bottom}"/><text x="{x.At(t)}" y="{Bottom + 18}" text-anchor="middle">{x.Label(t)}</text>""")),
            Markup.Of($"""<text x="{Right}" y="{Bottom + 38}" text-anchor="end">ms an image, our tuned code</text><text x="{Left}" y="{Top - 8}">top-1 on the test set, %</text>"""),
            FloorPercent is { } floor ? Markup.Of($"""<path class="level" d="M{Left} {y.At(floor)} H{Right}"/><text x="{Left + 6}" y="{y.At(floor) - 6}">asked for</text>""") : Markup.Empty,
            .. Lines.Select(l => Line(l, $"series-{l.Series % Colours}", x, y)),
            .. Results(x, y),
        ]));
    }

    private static Markup Line(TradeOffLine line, string series, Axis x, Axis y)
    {
        var path = string.Join(' ', line.Walked.Select((p, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{x.At(p.Milliseconds):0.##} {y.At(p.Percent):0.##}")));
        return Markup.Join(
        [
            Markup.Of($"""<path class="line {series}" d="{path}"/>"""),
            .. line.Walked.Select((p, i) => Markup.Of($"""
                <circle class="{series}" cx="{x.At(p.Milliseconds)}" cy="{y.At(p.Percent)}" r="2.5"><title>{Tip(line.Name, i, p)}</title></circle>
                """)),
        ]);
    }

    private IEnumerable<Markup> Results(Axis x, Axis y)
    {
        var results = Lines.Select(l => (l.Name, Series: $"series-{l.Series % Colours}", Point: l.Result)).Where(r => r.Point is not null)
            .Select(r => (r.Name, r.Series, X: x.At(r.Point!.Milliseconds), Y: y.At(r.Point.Percent))).ToList();
        return results.Zip(PointLabels.Of([.. results.Select(r => (r.X, r.Y, r.Name))], Right), (r, label) => Markup.Of($"""
            <circle class="{r.Series} result" cx="{r.X}" cy="{r.Y}" r="6"><title>{r.Name}: the result</title></circle>
            <text class="value" x="{label.X}" y="{label.Y}" text-anchor="{(label.IsOnTheLeft ? "end" : "start")}">{r.Name}</text>
            """));
    }

    private static string Tip(string name, int index, TradeOffPoint p) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}, {(index == 0 ? "original" : $"accepted {index}")}: {p.Milliseconds:0.###} ms, {p.Percent:0.00} %");
}
