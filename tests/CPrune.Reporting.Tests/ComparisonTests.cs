using System.Xml.Linq;
using CPrune.Pruning.Runs;
using CPrune.Reporting.Comparing;

namespace CPrune.Reporting.Tests;

public class ComparisonTests
{
    private static readonly Comparison s_comparison = new(0.924, [Run("cprune", 1), Run("uniform", 2), Run("flops", 3)]);

    [Fact]
    public void The_table_has_the_original_and_a_row_for_each_policy()
    {
        var table = ComparisonDocument.Table(s_comparison);
        Assert.Equal(["original", "cprune", "uniform", "flops"], table.Rows.Select(r => r[0]));
        Assert.All(table.Rows, r => Assert.Equal(table.Columns.Length, r.Length));
        Assert.Equal("1.00×", table.Rows[0][3]);
        var run = s_comparison.Runs[1].Record;
        Assert.Equal(
            [Figures.Seconds(run.After!.LatencySeconds), Figures.Seconds(run.Before.LatencySeconds), Figures.Ratio(run.Before.LatencySeconds / run.After.LatencySeconds)], table.Rows[2][1..4]);
        Assert.EndsWith(Figures.Ratio(run.Before.ReferenceLatencySeconds!.Value / run.After.ReferenceLatencySeconds!.Value), table.Rows[2][4], StringComparison.Ordinal);
        Assert.Equal("180", table.Rows[1][9]);
        Assert.Equal("1.8 %", table.Rows[1][10]);
    }

    [Fact]
    public void The_original_beside_a_policy_is_the_one_that_was_timed_with_it()
    {
        var later = Run("uniform", 2).Record;
        later = later with { Before = later.Before with { LatencySeconds = 2 * later.Before.LatencySeconds } };
        var table = ComparisonDocument.Table(new Comparison(0.924, [Run("cprune", 1), new ComparedRun("uniform", later)]));
        Assert.NotEqual(table.Rows[0][1], table.Rows[2][2]);
        Assert.Equal(Figures.Seconds(later.Before.LatencySeconds), table.Rows[2][2]);
    }

    [Fact]
    public void The_document_says_what_was_asked_for_and_why_each_policy_ended()
    {
        var text = ComparisonDocument.Markdown(s_comparison);
        Assert.Contains("top-1 of at least 92.40 % on the test set", text, StringComparison.Ordinal);
        Assert.All(s_comparison.Runs, r => Assert.Contains($"- **{r.Policy}**: {r.Record.EndReason}", text, StringComparison.Ordinal));
        Assert.Contains("![", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_figure_has_a_line_with_a_point_for_each_accepted_model_and_a_labelled_result()
    {
        var svg = XDocument.Parse(ComparisonDocument.Figure(s_comparison)).Root!;
        var points = svg.Descendants().Where(e => e.Name.LocalName == "circle").ToList();
        foreach (var (run, i) in s_comparison.Runs.Select((r, i) => (r, i)))
        {
            // One in the legend, and the result.
            Assert.Equal(run.Record.Trace.Length + 2, points.Count(p => p.Attribute("class")!.Value.Split(' ')[0] == $"series-{i}"));
            Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && (string?)e.Attribute("class") == "value" && e.Value == run.Policy);
        }

        Assert.All(points, p =>
        {
            Assert.InRange((double)p.Attribute("cx")!, 0, 780);
            Assert.InRange((double)p.Attribute("cy")!, 0, 460);
        });
    }

    [Fact]
    public void The_page_links_every_run()
    {
        var page = ComparisonDocument.Html(s_comparison);
        Assert.All(s_comparison.Runs, r => Assert.Contains($"href=\"{r.Policy}/report.html\"", page, StringComparison.Ordinal));
        Assert.DoesNotMatch(@"(?i)<script|<link|<img|@import|url\(", page);
    }

    [Fact]
    public void A_run_that_kept_its_models_shows_the_trade_off()
    {
        var page = ReportWriter.Html(Run("cprune", 1).Record);
        Assert.Contains("<h2>The trade-off</h2>", page, StringComparison.Ordinal);
        Assert.Contains("trace/003.onnx", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>The trade-off</h2>", ReportWriter.Html(Run("cprune", 1).Record with { Trace = [] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_could_not_be_timed_is_said_to_be_missing()
    {
        var run = new ComparedRun("cprune", Run("cprune", 1).Record with { MissingFromTrace = [new MissingPoint("trace/005.onnx", "no answer within 60 s")] });
        const string Missing = "trace/005.onnx is missing: no answer within 60 s";
        Assert.Contains($"- **cprune**: {run.Record.EndReason}; {Missing}", ComparisonDocument.Markdown(new Comparison(0.924, [run])), StringComparison.Ordinal);
        Assert.Contains($"; {Missing}</dd>", ComparisonDocument.Html(new Comparison(0.924, [run])), StringComparison.Ordinal);
        Assert.Contains($"<p>{Missing}</p>", ReportWriter.Html(run.Record), StringComparison.Ordinal);
    }

    private static ComparedRun Run(string policy, int seed)
    {
        var record = SampleRun.Of(candidates: 12, layers: 18, seed);
        return new ComparedRun(policy, record with
        {
            Trace = [.. Enumerable.Range(0, 5).Select(i => new TracePoint($"trace/{i:000}.onnx", record.Before.LatencySeconds * (1 - (0.08 * i)), 1 - (0.08 * i), 0.99, 0.93 - (0.002 * i)))],
            Trials = new TrialCounts(600, 180, 30, 10_000),
        });
    }
}
