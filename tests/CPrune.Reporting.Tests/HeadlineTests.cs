using System.Xml.Linq;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting.Tests;

/// <summary>What was before stands under 'before', what came after under 'after', and a speed-up is the one over the other.</summary>
public class HeadlineTests
{
    private static readonly RunRecord s_run = SampleRun.Of(candidates: 1, layers: 2, seed: 1) with
    {
        Before = new ModelFigures(3e-3, 4e-3, 0.93, 0.934, 800_000, 100_000_000, 4 << 20, 0.932, 2 << 20),
        After = new ModelFigures(1.2e-3, 2e-3, 0.9325, 0.929, 200_000, 40_000_000, 1 << 20, 0.928, 1 << 19),
        TasksBefore = [new TaskRow("wide", 3, 1000, 10e-6, "vectorize oc")],
        TasksAfter = [new TaskRow("narrow", 3, 500, 4e-6, "vectorize oc")],
        Channels = [new LayerChannels("conv1", 64, 16)],
    };

    private static readonly string[][] s_rows =
    [
        ["latency, our tuned code", "3.00 ms", "1.20 ms", "−60.0 %"],
        ["latency, ONNX Runtime", "4.00 ms", "2.00 ms", "−50.0 %"],
        ["top-1, test set", "93.40 %", "92.90 %", "−0.50 points"],
        ["top-1, unseen part of the test set", "93.20 %", "92.80 %", "−0.40 points"],
        ["top-1, selection part", "93.00 %", "93.25 %", "+0.25 points"],
        ["parameters", "800,000", "200,000", "−75.0 %"],
        ["multiply-accumulates", "100.00 M", "40.00 M", "−60.0 %"],
        ["file size", "4.00 MB", "1.00 MB", "−75.0 %"],
        ["library size", "2.00 MB", "512.0 kB", "−75.0 %"],
    ];

    [Fact]
    public void Rows_go_from_before_to_after() =>
        Assert.Equal(s_rows, HeadlineFigures.Rows(s_run.Before, s_run.After).Select(r => (string[])[r.Name, r.Before, r.After, r.Change]));

    [Fact]
    public void Of_a_run_that_has_not_ended_only_the_column_before_is_filled() =>
        Assert.Equal(s_rows.Select(r => (string[])[r[0], r[1], "–", ""]), Table(s_run with { After = null }).Skip(1));

    [Fact]
    public void The_pages_table_has_each_value_under_its_title() =>
        Assert.Equal([["", "before", "after", "change"], .. s_rows], Table(s_run));

    [Fact]
    public void The_pages_speed_is_before_over_after() => Assert.Equal(
        [
            "2.50× the speed of the original, both tuned", "2.00× in ONNX Runtime", "92.90 % top-1 on the test set, from 93.40 %",
            "−75.0 % parameters",
        ],
        OfClass(Page(s_run), "figure").Select(f => string.Join(' ', f.Elements().Select(e => e.Value))));

    [Fact]
    public void Tasks_and_channels_go_from_before_to_after()
    {
        var page = Page(s_run);
        // The title of a list of tasks, then its only task and the colour of its bar.
        Assert.Equal(
            [("Before: 30.0 µs in 1 tasks", "wide", "bar before"), ("After: 12.0 µs in 1 tasks", "narrow", "bar after")],
            page.Descendants("h3").Where(h => h.Value.Contains(" tasks", StringComparison.Ordinal))
                .Select(h => (h.Value, List(h), Bar(h))));
        var channels = OfClass(page, "columns").Single();
        Assert.Contains("64 → 16", channels.Value, StringComparison.Ordinal);
        Assert.Equal("width:100%", (string?)OfClass(channels, "bar before").Single().Attribute("style"));
        Assert.Equal("width:25%", (string?)OfClass(channels, "bar after").Single().Attribute("style"));

        static XElement Next(XElement title) => title.ElementsAfterSelf().First();
        static string List(XElement title) => OfClass(Next(title), "name").Single().Value;
        static string Bar(XElement title) =>
            (string)Next(title).Descendants("div").Single(d => d.Attribute("style") is not null).Attribute("class")!;
    }

    private static IEnumerable<string[]> Table(RunRecord run) =>
        Page(run).Descendants("table").First().Elements("tr").Select(row => row.Elements().Select(cell => cell.Value).ToArray());

    private static IEnumerable<XElement> OfClass(XElement root, string name) =>
        root.Descendants().Where(e => (string?)e.Attribute("class") == name);

    /// <summary>The page's body; in the head not all elements are closed.</summary>
    private static XElement Page(RunRecord run)
    {
        var page = ReportWriter.Html(run);
        return XElement.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]);
    }
}
