using System.Text.RegularExpressions;
using System.Xml.Linq;
using CPrune.Graph;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting.Tests;

public partial class ReportTests
{
    private static readonly RunRecord Run = SampleRun.Of(candidates: 34, layers: 54, seed: 3);

    [Fact]
    public void Every_candidate_stands_in_the_page_with_its_reason()
    {
        var page = Text(ReportWriter.Html(Run));
        Assert.Equal(Run.Candidates.Length, CandidateRow().Count(page));
        Assert.All(Run.Candidates, c =>
        {
            Assert.Contains(c.Reason, page, StringComparison.Ordinal);
            Assert.Contains(c.TaskLabel, page, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_layer_task_phase_and_option_stands_in_the_page()
    {
        var page = Text(ReportWriter.Html(Run));
        Assert.All(Run.Channels, c => Assert.Contains($"<span>{c.Layer}</span>", page, StringComparison.Ordinal));
        Assert.All(Run.TasksBefore.Concat(Run.TasksAfter), t => Assert.Contains(t.Label, page, StringComparison.Ordinal));
        Assert.All(Run.Phases, p => Assert.Contains($"<span>{p.Phase}</span>", page, StringComparison.Ordinal));
        Assert.All(Run.Header.Options.Concat(Run.Header.Environment), o => Assert.Contains($"<dt>{o.Key}</dt><dd>{o.Value}</dd>", page, StringComparison.Ordinal));
        Assert.Contains($"<dt>seed</dt><dd>{Run.Header.Seed}</dd>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_candidate_shows_why_it_was_cut_so_where_its_time_went_its_change_and_its_images()
    {
        var trained = Run.Candidates.First(c => c.TrainedImages is not null) with
        {
            AccuracyChange = new PairedDifference(-0.0125, -0.021, 0.0005),
            TrainedImages = 12_800,
            Phases = [new PhaseTime("tuning", 6.44), new PhaseTime("training", 121)],
        };
        var untrained = Run.Candidates.First(c => c.TrainedImages is null);
        var rows = CandidateRow().Split(ReportWriter.Html(Run with { Candidates = [trained, untrained] }))[1..].Select(r => Text(r.Split("</tr>")[0])).ToList();
        Assert.All(
            ["<span class=\"interval\">tuning 6.4 s</span>", "<span class=\"interval\">training 121.0 s</span>", "−1.25 [−2.10, +0.05]", " programs, 12,800 images<", "<span class=\"interval\">64 = 1×4×16 → 32</span>"],
            shown => Assert.Contains(shown, rows[0], StringComparison.Ordinal));
        Assert.All(untrained.Phases, p => Assert.Contains(FormattableString.Invariant($"<span class=\"interval\">{p.Phase} {p.Seconds:0.0} s</span>"), rows[1], StringComparison.Ordinal));
        Assert.NotEmpty(untrained.Phases);
        Assert.DoesNotContain("images", rows[1], StringComparison.Ordinal);
        Assert.DoesNotContain(" [", rows[1], StringComparison.Ordinal);
    }

    /// <summary>As on the terminal: of ratios that passed a gate the lucky ones are more.</summary>
    [Fact]
    public void The_walks_line_is_chained_from_the_upper_ends_of_the_accepted_ratios()
    {
        var (accepted, refused) = (Run.Candidates.First(c => c.Verdict == Verdict.Accepted), Run.Candidates.First(c => c.Verdict == Verdict.TooSlow));
        accepted = accepted with { Ratio = 0.8, RatioLow = 0.7, RatioHigh = 0.9 };
        refused = refused with { Number = 3, Ratio = 1, RatioLow = 0.99, RatioHigh = 1.01 };
        var page = Text(ReportWriter.Html(Run with { Candidates = [accepted with { Number = 1 }, accepted with { Number = 2 }, refused, accepted with { Number = 4, RatioLow = null, RatioHigh = null }] }));
        Assert.All(["<title>1: at least 1.11×, ", "<title>2: at least 1.23×, ", "<title>3: 1.23×, ", "<title>4: 1.54×, "], tip => Assert.Contains(tip, page, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_loaded_from_elsewhere_and_nothing_is_scripted()
    {
        var page = ReportWriter.Html(Run);
        Assert.DoesNotMatch(@"(?i)https?:|//\w+\.|<script|<link|<img|@import|url\(|javascript:", page);
    }

    [Fact]
    public void Texts_of_model_and_run_cannot_become_markup()
    {
        const string evil = "<script>alert('&\"')</script>";
        var page = ReportWriter.Html(Run with
        {
            Header = Run.Header with { ModelName = evil, DataSpec = evil, Options = Run.Header.Options.Add(evil, evil) },
            Candidates = [.. Run.Candidates.Select(c => c with { Reason = evil, TaskLabel = evil, Layers = [evil] })],
            TasksBefore = [.. Run.TasksBefore.Select(t => t with { Label = evil, Schedule = evil })],
            Channels = [.. Run.Channels.Select(c => c with { Layer = evil })],
            Phases = [new PhaseTime(evil, 1)],
            EndReason = evil,
        });
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    /// <summary>A parser that knows nothing of HTML's leniency reads it: every element is closed, every attribute quoted.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(34)]
    public void The_page_is_well_formed(int candidates)
    {
        var page = ReportWriter.Html(SampleRun.Of(candidates, 3, seed: 5));
        var xml = Void().Replace(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "$0</meta>");
        Assert.Equal("html", XDocument.Parse(xml).Root!.Name.LocalName);
    }

    [Fact]
    public void A_run_that_has_not_ended_says_so() =>
        Assert.Contains("The run has not ended", ReportWriter.Html(Run with { After = null, EndReason = null }), StringComparison.Ordinal);

    [Fact]
    public void Figures_that_were_not_measured_are_no_zeros()
    {
        var rows = HeadlineFigures.Rows(Run.Before with { ReferenceLatencySeconds = null }, Run.After! with { ReferenceLatencySeconds = null });
        Assert.Equal(new HeadlineRow("latency, ONNX Runtime", "–", "–", ""), rows[1]);
    }

    [Fact]
    public void The_file_is_written_whole_or_an_error_names_it()
    {
        var folder = Directory.CreateTempSubdirectory("cprune-report-");
        try
        {
            var path = Path.Combine(folder.FullName, "report.html");
            ReportWriter.Write(Run, path);
            Assert.Equal(ReportWriter.Html(Run), File.ReadAllText(path));
            Assert.Equal([path], Directory.GetFiles(folder.FullName));

            var error = Assert.Throws<UserErrorException>(() => ReportWriter.Write(Run, Path.Combine(folder.FullName, "missing", "report.html")));
            Assert.Equal(UserErrorKind.Output, error.Kind);
            Assert.Contains("report.html", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Text(string page) => System.Net.WebUtility.HtmlDecode(page);

    [GeneratedRegex("<tr class=\"is-")]
    private static partial Regex CandidateRow();

    [GeneratedRegex("<meta [^>]*>")]
    private static partial Regex Void();
}
