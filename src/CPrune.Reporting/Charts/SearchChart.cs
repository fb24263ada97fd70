using System.Collections.Immutable;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Charts;

/// <summary>A candidate as a point of a search: filled if it was accepted.</summary>
/// <param name="Low">Lower end of its interval; null for none.</param>
/// <param name="IsBest">The line goes on from here.</param>
/// <param name="Tip">Shown when pointed at.</param>
internal sealed record SearchPoint(int Number, double Value, double? Low, double? High, bool Accepted, bool IsBest, string CssClass, string Tip);

/// <summary>A quantity over a search: each candidate as a point, the best so far as a line of steps, the original as a dashed level.</summary>
/// <param name="Floor">What is asked for at least, as a level of its own; null for nothing.</param>
internal sealed record SearchChart(string Title, double Original, double? Floor, ImmutableArray<SearchPoint> Points, int LastNumber)
{
    private const double Width = 800;
    private const double Height = 240;
    private const double Left = 56;
    private const double Right = Width - 12;
    private const double Top = 30;
    private const double Bottom = Height - 34;

    public Markup Svg()
    {
        var x = new Axis(0, Math.Max(1, LastNumber), Left + 8, Right - 8);
        var y = Axis.Around(Points.Select(p => p.Value).Append(Original).Concat(Floor is { } f ? [f] : []), Bottom, Top);
        return Markup.Of($"""
            <div class="chart"><svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Title}">
            <text class="title" x="0" y="14">{Title}</text>
            {Markup.Join(y.Ticks().Select(t => HorizontalTick(y, t)))}
            {Markup.Join(Candidates(x).Select(n => VerticalTick(x, n)))}
            <text x="{Right}" y="{Height - 2}" text-anchor="end">candidate</text>
            <path class="level" d="M{Left} {y.At(Original)} H{Right}"/>
            {FloorLine(y)}
            <path class="line" d="{BestPath(x, y)}"/>
            {Markup.Join(Points.Select(p => Point(x, y, p)))}
            </svg></div>
            """);
    }

    private Markup FloorLine(Axis y) => Floor is not { } floor ? Markup.Empty : Markup.Of($"""
        <path class="floor" d="M{Left} {y.At(floor)} H{Right}"/><text x="{Right}" y="{y.At(floor) - 5}" text-anchor="end">floor</text>
        """);

    /// <summary>The best value so far: it changes with every candidate that is the best.</summary>
    private string BestPath(Axis x, Axis y)
    {
        var path = System.FormattableString.Invariant($"M{x.At(0):0.##} {y.At(Original):0.##}");
        foreach (var point in Points.Where(p => p.IsBest))
            path += System.FormattableString.Invariant($" H{x.At(point.Number):0.##} V{y.At(point.Value):0.##}");
        return path + System.FormattableString.Invariant($" H{x.At(Math.Max(1, LastNumber)):0.##}");
    }

    private static Markup Point(Axis x, Axis y, SearchPoint p)
    {
        var whisker = p is { Low: { } low, High: { } high }
            ? Markup.Of($"""<path class="whisker" d="M{x.At(p.Number)} {y.At(Math.Max(low, y.Low))} V{y.At(Math.Min(high, y.High))}"/>""")
            : Markup.Empty;
        return Markup.Of($"""
            <g class="{p.CssClass}">{whisker}<circle class="{(p.Accepted ? "dot" : "ring")}" cx="{x.At(p.Number)}" cy="{y.At(p.Value)}" r="{(p.Accepted ? 4.5 : 3.5)}"><title>{p.Tip}</title></circle></g>
            """);
    }

    private static Markup HorizontalTick(Axis y, double tick) => Markup.Of($"""
        <path class="grid" d="M{Left} {y.At(tick)} H{Right}"/><text x="{Left - 8}" y="{y.At(tick) + 4}" text-anchor="end">{y.Label(tick)}</text>
        """);

    private static Markup VerticalTick(Axis x, int number) => Markup.Of($"""
        <text x="{x.At(number)}" y="{Bottom + 18}" text-anchor="middle">{number}</text>
        """);

    private static IEnumerable<int> Candidates(Axis x) => x.Ticks().Where(t => t == Math.Floor(t)).Select(t => (int)t);
}
