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
            {Accuracy(record, speeds, last)}
            """);
    }

    private static string Line(string policy) => Speeds.IsPlanned(policy)
        ? "Each was timed in turn with the original. The line is the fastest that keeps the accuracy asked for."
        : "Each was timed in turn with the accepted model. The line is the accepted model, its speed at least: the upper ends of the accepted "
            + "ratios, chained.";

    private static Markup Accuracy(RunRecord record, ImmutableArray<CandidateSpeed> speeds, int last)
    {
        var floors = Floors.Of(record);
        return record switch
        {
            { Before.TestTop1: { } test } when record.Candidates.Any(c => c.ForeseenLoss is not null) =>
                Chart("Top-1 foreseen on the test set, %", test, floors?.Test, c => test - c.ForeseenLoss),
            { Before.SelectionTop1: { } selection } =>
                Chart("Top-1 on the selection part, %", selection, floors?.Selection, c => c.SelectionTop1),
            _ => Markup.Empty,
        };

        Markup Chart(string title, double original, double? floor, Func<CandidateRecord, double?> top1) => Markup.Of($"""
            {new SearchChart(title, original * 100, floor * 100, AccuracyPoints(record, speeds, top1), last).Svg()}
            """);
    }

    private static ImmutableArray<SearchPoint> SpeedPoints(ImmutableArray<CandidateSpeed> speeds) =>
        [.. speeds.Select(s => Point(s.Candidate, s.Speed, s.Low, s.High, s.IsBest, (s.IsAtLeast ? "at least " : "") + Figures.Ratio(s.Speed)))];

    private static ImmutableArray<SearchPoint> AccuracyPoints(
        RunRecord record, ImmutableArray<CandidateSpeed> speeds, Func<CandidateRecord, double?> top1)
    {
        var best = speeds.Where(s => s.IsBest).Select(s => s.Candidate.Number).ToHashSet();
        return
        [
            .. from c in record.Candidates
               let value = top1(c)
               where value is not null
               select Point(c, value.Value * 100, null, null, best.Contains(c.Number), Figures.Percent(value.Value)),
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
