using System.Collections.Immutable;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Charts;
using CPrune.Reporting.Html;

namespace CPrune.Reporting.Sections;

/// <summary>Speed and accuracy of every candidate, in the order in which they were tried.</summary>
internal static class SearchSection
{
    public static Markup Of(RunRecord record)
    {
        if (record.Candidates.IsEmpty) return Markup.Empty;
        var speeds = Speeds.OfCandidates(record);
        var last = record.Candidates.Max(c => c.Number);
        return Markup.Of($"""
            <h2>The {SearchWords.Noun(record.Policy)}</h2>
            <p class="soft">{record.Candidates.Count(c => c.Verdict == Verdict.Accepted)} of {record.Candidates.Length} candidates were accepted.
            {Line(record.Policy)} The dashed level is the original.</p>
            {Legend(record)}
            {new SearchChart("Speed, times the original's", 1, null, SpeedPoints(speeds), last).Svg()}
            {(record.Before.SelectionTop1 is { } top1 ? Accuracy(record, top1, speeds, last) : Markup.Empty)}
            """);
    }

    private static string Line(string policy) => Speeds.IsPlanned(policy)
        ? "Each was timed in turn with the original. The line is the fastest that keeps the accuracy asked for."
        : "Each was timed in turn with the accepted model. The line is the accepted model, its speed at least: the upper ends of the accepted "
            + "ratios, chained.";

    private static Markup Accuracy(RunRecord record, double original, ImmutableArray<CandidateSpeed> speeds, int last) => Markup.Of($"""
        {new SearchChart("Top-1 on the selection part, %", original * 100, Floors.Of(record)?.Selection * 100, AccuracyPoints(record, speeds), last).Svg()}
        """);

    private static ImmutableArray<SearchPoint> SpeedPoints(ImmutableArray<CandidateSpeed> speeds) =>
        [.. speeds.Select(s => Point(s.Candidate, s.Speed, s.Low, s.High, s.IsBest, (s.IsAtLeast ? "at least " : "") + Figures.Ratio(s.Speed)))];

    private static ImmutableArray<SearchPoint> AccuracyPoints(RunRecord record, ImmutableArray<CandidateSpeed> speeds)
    {
        var best = speeds.Where(s => s.IsBest).Select(s => s.Candidate.Number).ToHashSet();
        return
        [
            .. record.Candidates.Where(c => c.SelectionTop1 is not null).Select(c => Point(
                c, c.SelectionTop1!.Value * 100, null, null, best.Contains(c.Number), Figures.Percent(c.SelectionTop1.Value))),
        ];
    }

    private static SearchPoint Point(CandidateRecord c, double value, double? low, double? high, bool isBest, string text) => new(
        c.Number, value, low, high, c.Verdict == Verdict.Accepted, isBest, Verdicts.CssClass(c.Verdict),
        $"{c.Number}: {text}, {Verdicts.Word(c.Verdict)}: {c.TaskLabel}");

    private static Markup Legend(RunRecord record) => Markup.Of($"""
        <div class="legend">{Markup.Join(record.Candidates.Where(c => c.Ratio is not null).Select(c => c.Verdict).Distinct().Order().Select(v =>
            Markup.Of($"""<span class="verdict {Verdicts.CssClass(v)}">{Verdicts.Word(v)}</span>""")))}</div>
        """);
}
