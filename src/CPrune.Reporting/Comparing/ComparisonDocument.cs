using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Charts;
using CPrune.Reporting.Html;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Comparing;

/// <summary>Policies side by side: a table and a figure, as Markdown, as SVG and as a page.</summary>
public static class ComparisonDocument
{
    /// <summary>The original, then a row for each run.</summary>
    public static TextTable Table(Comparison comparison) => new(
        [
            new("policy"), new("latency", true), new("original's", true), new("speed", true), new("ONNX Runtime", true), new("top-1, test set", true), new("MACs", true),
            new("parameters", true), new("candidates", true), new("programs", true), new("of published", true), new("took", true),
        ],
        [
            Original(comparison.Runs[0].Record.Before),
            .. comparison.Runs.Select(r => Row(r)),
        ]);

    public static string Figure(Comparison comparison) => TradeOffChart.Of(comparison).Svg();

    public static string Markdown(Comparison comparison)
    {
        var header = comparison.Runs[0].Record.Header;
        var text = new StringBuilder();
        Lines(
            $"# {header.ModelName}: policies compared", "",
            $"For {header.TargetName} on {header.DataSpec}{(comparison.MinAccuracy > 0 ? $", top-1 of at least {Figures.Percent(comparison.MinAccuracy)} on the test set" : "")}.",
            "Every policy starts from the same tuned original and has the same floor, tuner and data. *Speed* is against the original, timed in turn:",
            "*original's* is what it took then. *Programs* are those measured for candidates, *of published* their share of what tuning every",
            "task of every candidate from nothing would have taken.", "");
        if (comparison.HasSeeds) Lines([SeedTable.Meaning, "", .. SeedTable.Of(comparison).Markdown(), "", "## Every run", ""]);
        Lines([.. Table(comparison).Markdown()]);
        Lines("", "![Accuracy against latency of every accepted model, a line for each policy](compare.svg)", "");
        foreach (var run in comparison.Runs) Lines($"- **{run.Name}**: {Ended(run.Record)}");
        var options = header.Options.Where(o => o.Key != "policy" && !(comparison.HasSeeds && o.Key == "seed"));
        Lines("", "Options: " + string.Join(", ", options.Select(o => $"{o.Key} {o.Value}")) + ".", "");
        Lines("Machine: " + string.Join(", ", header.Environment.Select(e => $"{e.Key} {e.Value}")) + $"; started {header.StartedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.");
        return text.ToString();

        void Lines(params ReadOnlySpan<string> lines)
        {
            foreach (var line in lines) text.Append(line).Append('\n');
        }
    }

    public static string Html(Comparison comparison)
    {
        var header = comparison.Runs[0].Record.Header;
        return Page.Of($"{header.ModelName} · policies · CPrune", Markup.Of($"""
            <h1>{header.ModelName}: policies compared</h1>
            <p class="soft">For {header.TargetName} on {header.DataSpec}. Every policy starts from the same tuned
            original and has the same floor, tuner and data.</p>
            <div class="chart">{new Markup(Figure(comparison))}</div>
            {(comparison.HasSeeds ? Markup.Of($"<p>{SeedTable.Meaning}</p>{HtmlTable.Of(SeedTable.Of(comparison))}<h2>Every run</h2>") : Markup.Empty)}
            {HtmlTable.Of(Table(comparison))}
            <h2>Why each ended</h2>
            <dl>{Markup.Join(comparison.Runs.Select(r => Markup.Of(
                $"<dt><a href=\"{r.Folder}/report.html\">{r.Name}</a></dt><dd>{Ended(r.Record)}</dd>")))}</dl>
            """));
    }

    /// <summary>Why it ended, and which accepted models the figure lacks.</summary>
    private static string Ended(RunRecord record) => string.Join("; ", new[] { record.EndReason ?? "" }.Concat(HeadlineFigures.Missing(record.MissingFromTrace)));

    private static ImmutableArray<string> Original(ModelFigures figures) =>
        ["original", .. Of(figures, figures), "", "", "", ""];

    private static ImmutableArray<string> Row(ComparedRun run)
    {
        var (record, trials) = (run.Record, run.Record.Trials);
        var after = record.After ?? record.Before;
        return
        [
            run.Name, .. Of(after, record.Before),
            $"{record.Candidates.Count(c => c.Verdict == Verdict.Accepted)} of {record.Candidates.Length}", Figures.Count(trials.Candidates),
            trials.ShareOfPublished is { } share ? Figures.Percent(share, 1) : "", Took(record.ElapsedSeconds),
        ];
    }

    /// <param name="original">Timed in turn with it.</param>
    private static IEnumerable<string> Of(ModelFigures figures, ModelFigures original) =>
    [
        Figures.Seconds(figures.LatencySeconds), Figures.Seconds(original.LatencySeconds), Figures.Ratio(original.LatencySeconds / figures.LatencySeconds), Reference(figures, original),
        figures.TestTop1 is { } top1 ? Figures.Percent(top1) : HeadlineFigures.NotMeasured, Figures.Short(figures.Macs), Figures.Count(figures.Parameters),
    ];

    private static string Reference(ModelFigures figures, ModelFigures original) =>
        figures.ReferenceLatencySeconds is { } after && original.ReferenceLatencySeconds is { } before ? $"{Figures.Seconds(after)}, {Figures.Ratio(before / after)}" : HeadlineFigures.NotMeasured;

    private static string Took(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.0} min");
}
