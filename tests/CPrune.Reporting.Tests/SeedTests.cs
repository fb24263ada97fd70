using CPrune.Pruning.Runs;
using CPrune.Reporting.Comparing;

namespace CPrune.Reporting.Tests;

/// <summary>Policies over several seeds, with made-up figures.</summary>
public class SeedTests
{
    private static readonly Comparison s_comparison = new(
        0.92,
        [
            Run("knapsack", 0, 2.0, 0.930, 0.931), Run("cprune", 0, 1.5, 0.925, 0.924), Run("knapsack", 1, 3.0, 0.920, 0.922), Run("cprune", 1, null, 0.94, 0.94),
            Run("knapsack", 2, 1.6, 0.925, 0.926),
        ]);

    [Fact]
    public void The_table_has_median_and_range_and_not_the_best() => Assert.Equal(
        [
            ["knapsack", "0, 1, 2", "2.00×", "1.60× – 3.00×", "92.50 %", "92.00 % – 93.00 %", "92.60 %", "92.20 % – 93.10 %", "0 of 3", "10.0 min"],
            // The original's speed counts, too: (1.00 + 1.50) / 2.
            ["cprune", "0, 1", "1.25×", "1.00× – 1.50×", "93.25 %", "92.50 % – 94.00 %", "93.20 %", "92.40 % – 94.00 %", "1 of 2", "10.0 min"],
        ],
        SeedTable.Of(s_comparison).Rows.Select(r => r.ToArray()));

    [Fact]
    public void The_document_says_that_it_is_not_the_best_and_names_every_run()
    {
        var text = ComparisonDocument.Markdown(s_comparison);
        Assert.Contains("Median and range over the seeds, never the best of them; a run that kept the original counts as 1.00× its speed.", text, StringComparison.Ordinal);
        Assert.All(s_comparison.Runs, r => Assert.Contains($"- **{r.Policy}, seed {r.Seed}**: ", text, StringComparison.Ordinal));
        var page = ComparisonDocument.Html(s_comparison);
        Assert.All(s_comparison.Runs, r => Assert.Contains($"href=\"{r.Policy}/seed-{r.Seed}/report.html\"", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Runs_of_one_policy_have_one_colour_and_one_line_in_the_legend()
    {
        var figure = ComparisonDocument.Figure(s_comparison);
        Assert.Contains("series-1", figure, StringComparison.Ordinal);
        Assert.DoesNotContain("series-2\"", figure, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_seeds_there_is_no_such_table() => Assert.DoesNotContain(
        "Median", ComparisonDocument.Markdown(s_comparison with { Runs = [s_comparison.Runs[0] with { Seed = null }] }), StringComparison.Ordinal);

    [Fact]
    public void A_spread_of_nothing_is_none() => Assert.Null(Spread.Of([null, null]));

    /// <param name="speed">Null if the original was kept.</param>
    private static ComparedRun Run(string policy, int seed, double? speed, double test, double unseen)
    {
        var record = SampleRun.Of(candidates: 1, layers: 1, seed);
        var before = record.Before with { LatencySeconds = 3e-3, TestTop1 = 0.94, UnseenTop1 = 0.94 };
        return new ComparedRun(
            policy,
            record with
            {
                Policy = policy,
                Before = before,
                After = speed is { } s ? before with { LatencySeconds = 3e-3 / s, TestTop1 = test, UnseenTop1 = unseen } : before,
                IsOriginal = speed is null,
                ElapsedSeconds = 600,
            },
            seed);
    }
}
