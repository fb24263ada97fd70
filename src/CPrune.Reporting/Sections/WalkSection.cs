using System.Collections.Immutable;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Charts;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>Latency and accuracy of every candidate, in the order in which they were tried.</summary>
internal static class WalkSection
{
    public static Markup Of(RunRecord record)
    {
        if (record.Candidates.IsEmpty) return Markup.Empty;
        var last = record.Candidates.Max(c => c.Number);
        return Markup.Of($"""
            <h2>The walk</h2>
            <p class="soft">{record.Candidates.Count(c => c.Verdict == Verdict.Accepted)} of {record.Candidates.Length} candidates were accepted. The line is the accepted model, its latency at most: the upper ends of the accepted ratios, chained. The dashed level is the original.</p>
            {Legend(record)}
            {new WalkChart("Latency, % of the original", 100, Latencies(record), last).Svg()}
            {(record.Before.SelectionTop1 is { } top1 ? new WalkChart("Top-1 on the selection split, %", top1 * 100, Accuracies(record), last).Svg() : Markup.Empty)}
            """);
    }

    /// <summary>
    /// Per cent of the original's latency, chained from the ratios (<see cref="LatencyChain"/>): each was timed in turn against the accepted model, so a machine that becomes slower
    /// during the run does not bend the line as it bends latencies in seconds.
    /// </summary>
    private static ImmutableArray<WalkPoint> Latencies(RunRecord record)
    {
        var points = ImmutableArray.CreateBuilder<WalkPoint>();
        var accepted = 100.0;
        foreach (var c in record.Candidates)
        {
            if (c.Ratio is not { } ratio) continue;
            var isAccepted = c.Verdict == Verdict.Accepted;
            var value = accepted * (isAccepted ? LatencyChain.Link(c) : ratio);
            var atMost = isAccepted && c.RatioHigh is not null ? "at most " : "";
            points.Add(Point(c, value, accepted * c.RatioLow, accepted * c.RatioHigh, atMost + Figures.Percent(value / 100, 1)));
            if (isAccepted) accepted = value;
        }

        return points.ToImmutable();
    }

    private static ImmutableArray<WalkPoint> Accuracies(RunRecord record) =>
    [
        .. record.Candidates.Where(c => c.SelectionTop1 is not null)
            .Select(c => Point(c, c.SelectionTop1!.Value * 100, null, null, Figures.Percent(c.SelectionTop1.Value))),
    ];

    private static WalkPoint Point(CandidateRecord c, double value, double? low, double? high, string text) =>
        new(c.Number, value, low, high, c.Verdict == Verdict.Accepted, Verdicts.CssClass(c.Verdict), $"{c.Number}: {text}, {Verdicts.Word(c.Verdict)}: {c.TaskLabel}");

    private static Markup Legend(RunRecord record) => Markup.Of($"""
        <div class="legend">{Markup.Join(record.Candidates.Where(c => c.Ratio is not null).Select(c => c.Verdict).Distinct().Order().Select(v =>
            Markup.Of($"""<span class="verdict {Verdicts.CssClass(v)}">{Verdicts.Word(v)}</span>""")))}</div>
        """);
}
