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
            <p class="soft">{record.Candidates.Count(c => c.Verdict == Verdict.Accepted)} of {record.Candidates.Length} candidates were accepted. The line is the accepted model, the dashed level the original.</p>
            {Legend(record)}
            {new WalkChart("Latency, ms", record.Before.LatencySeconds * 1e3, Latencies(record), last).Svg()}
            {(record.Before.SelectionTop1 is { } top1 ? new WalkChart("Top-1 on the selection split, %", top1 * 100, Accuracies(record), last).Svg() : Markup.Empty)}
            """);
    }

    private static ImmutableArray<WalkPoint> Latencies(RunRecord record) =>
    [
        .. record.Candidates.Where(c => c.LatencySeconds is not null).Select(c =>
        {
            // The interval is the ratio's; as latency it is as wide, relatively.
            double? Scaled(double? ratio) => c.Ratio is > 0 && ratio is { } r ? c.LatencySeconds * 1e3 * r / c.Ratio : null;
            return Point(c, c.LatencySeconds!.Value * 1e3, Scaled(c.RatioLow), Scaled(c.RatioHigh), Figures.Seconds(c.LatencySeconds.Value));
        }),
    ];

    private static ImmutableArray<WalkPoint> Accuracies(RunRecord record) =>
    [
        .. record.Candidates.Where(c => c.SelectionTop1 is not null)
            .Select(c => Point(c, c.SelectionTop1!.Value * 100, null, null, Figures.Percent(c.SelectionTop1.Value))),
    ];

    private static WalkPoint Point(CandidateRecord c, double value, double? low, double? high, string text) =>
        new(c.Number, value, low, high, c.Verdict == Verdict.Accepted, Verdicts.CssClass(c.Verdict), $"{c.Number}: {text}, {Verdicts.Word(c.Verdict)}: {c.TaskLabel}");

    private static Markup Legend(RunRecord record) => Markup.Of($"""
        <div class="legend">{Markup.Join(record.Candidates.Where(c => c.LatencySeconds is not null).Select(c => c.Verdict).Distinct().Order().Select(v =>
            Markup.Of($"""<span class="verdict {Verdicts.CssClass(v)}">{Verdicts.Word(v)}</span>""")))}</div>
        """);
}
