using System.Collections.Immutable;
using System.Net;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting.Tests;

/// <summary>Speeds and levels of the charts, for a planned search and for a walk.</summary>
public class SearchTests
{
    private static readonly ImmutableArray<CandidateRecord> s_candidates =
    [
        Candidate(1, 0.8, 0.78, 0.82, Verdict.Accepted), Candidate(2, 0.5, 0.48, 0.52, Verdict.TooInaccurate),
        Candidate(3, 0.4, 0.39, 0.41, Verdict.Accepted), Candidate(4, 0.5, null, null, Verdict.Accepted),
    ];

    private static readonly RunRecord s_planned = SampleRun.Of(0, 2, seed: 1) with { Policy = "knapsack", Candidates = s_candidates };

    /// <summary>Ratios of a planned search are against the original; the line goes to what is fastest, not to what came last.</summary>
    [Fact]
    public void A_planned_searchs_speed_is_one_over_the_ratio() => Assert.Equal(
        [(1, 1.25, true), (2, 2.0, false), (3, 2.5, true), (4, 2.0, false)],
        Speeds.OfCandidates(s_planned).Select(s => (s.Candidate.Number, Math.Round(s.Speed, 9), s.IsBest)));

    [Fact]
    public void A_walks_speed_is_chained_from_upper_ends() => Assert.Equal(
        [(1, Math.Round(1 / 0.82, 9), true), (2, Math.Round(1 / 0.82 / 0.5, 9), false), (3, Math.Round(1 / 0.82 / 0.41, 9), true), (4, Math.Round(1 / 0.82 / 0.41 / 0.5, 9), true)],
        Speeds.OfCandidates(s_planned with { Policy = "netadapt" }).Select(s => (s.Candidate.Number, Math.Round(s.Speed, 9), s.IsBest)));

    [Fact]
    public void The_page_shows_these_speeds()
    {
        var page = WebUtility.HtmlDecode(ReportWriter.Html(s_planned));
        Assert.All(["<title>1: 1.25×, ", "<title>2: 2.00×, ", "<title>3: 2.50×, "], tip => Assert.Contains(tip, page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("knapsack", "The search", "The walk")]
    [InlineData("uniform", "The search", "The walk")]
    [InlineData("cprune", "The walk", "The search")]
    [InlineData("netadapt", "The walk", "The search")]
    public void A_planned_search_is_no_walk(string policy, string said, string notSaid)
    {
        var page = ReportWriter.Html(s_planned with { Policy = policy });
        Assert.Contains($"<h2>{said}</h2>", page, StringComparison.Ordinal);
        Assert.Contains($"{said} ended: ", page, StringComparison.Ordinal);
        Assert.DoesNotContain(notSaid, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Goal_floor_and_held_out_accuracies_stand_in_the_head()
    {
        var page = WebUtility.HtmlDecode(ReportWriter.Html(s_planned));
        Assert.Contains("Goal: as fast as can be at 92.40 % top-1 or more. The floor is 92.40 % on the test set, 92.40 % on its unseen part.", page, StringComparison.Ordinal);
        Assert.Contains("−0.40 [−0.60, −0.20]", page, StringComparison.Ordinal);
        Assert.Contains("−0.50 [−0.80, −0.20]", page, StringComparison.Ordinal);
    }

    /// <summary>As many points below the original on the selection part as on the test set.</summary>
    [Fact]
    public void Floors_stand_as_far_below_the_original_on_every_part()
    {
        var goal = new Goal.Accuracy(new AccuracyFloor.LosingAtMost(0.01));
        Assert.Equal((0.92, 0.91, 0.93), Rounded(Floors.Of(goal, 0.93, 0.92, 0.94)!));
        Assert.Equal((0.90, 0.90, 0.91), Rounded(Floors.Of(new Goal.Accuracy(new AccuracyFloor.AtLeast(0.9)), 0.93, 0.92, 0.94)!));
        Assert.Null(Floors.Of(new Goal.Latency(1e-3), 0.93, 0.92, 0.94));

        static (double, double, double) Rounded(Floors f) => (Math.Round(f.Test, 9), Math.Round(f.Unseen, 9), Math.Round(f.Selection, 9));
    }

    [Fact]
    public void The_accuracy_chart_has_the_floor_only_if_there_is_one()
    {
        Assert.Contains("class=\"floor\"", ReportWriter.Html(s_planned), StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"floor\"", ReportWriter.Html(s_planned with { Goal = new Goal.Latency(1e-3) }), StringComparison.Ordinal);
    }

    /// <summary>What a planned search decides by is what its chart shows: a point is below the floor if and only if it was refused.</summary>
    [Fact]
    public void The_accuracy_chart_shows_what_was_decided_by()
    {
        var planned = s_planned with { Candidates = [.. s_planned.Candidates.Select((c, i) => c with { ForeseenLoss = 0.0001 * (i + 1) })] };
        var (page, walk) = (WebUtility.HtmlDecode(ReportWriter.Html(planned)), WebUtility.HtmlDecode(ReportWriter.Html(s_planned)));
        Assert.Contains("Top-1 foreseen on the test set, %", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Top-1 on the selection part, %", page, StringComparison.Ordinal);
        Assert.Contains($"1: {100 * (planned.Before.TestTop1!.Value - 0.0001):0.00} %", page, StringComparison.Ordinal);
        Assert.Contains("Top-1 on the selection part, %", walk, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_stand_with_unit_and_source()
    {
        var page = ReportWriter.Html(s_planned);
        Assert.Contains("<td>learning-rate</td><td class=\"n\">0.01</td><td>rate</td><td>chosen; its ablation is not measured yet</td>", page.Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(s_planned.TasksBefore.Length + s_planned.TasksAfter.Length, page.Split("<details>").Length - 1);
    }

    private static CandidateRecord Candidate(int number, double ratio, double? low, double? high, Verdict verdict) =>
        new(number, "widths", ["a"], 8, ratio, low, high, ratio * 2.4e-3, 0.93, verdict, "because", 10, 3);
}
