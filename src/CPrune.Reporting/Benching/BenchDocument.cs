using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Benching;

/// <summary>The results of several models as one Markdown document: a summary, then every model's profile.</summary>
public static class BenchDocument
{
    /// <param name="command">What made the results.</param>
    /// <param name="commit">Of which state of the sources; null where unknown.</param>
    public static string Of(ImmutableArray<BenchResult> results, string command, string? commit)
    {
        var text = new StringBuilder();
        var facts = results[0].Environment;
        Lines(
            "# Latency of whole models", "",
            "Batch 1, float32. Our tuned code and the peer are timed in turn in one run; times are medians of single images, speed-ups medians of the ratios turn by turn.",
            "*Of peak* is the arithmetic rate against the machine's, *of roofline* the time the machine would need at least against the time it takes, both measured in the same run;",
            "work is counted as in literature, with that on zero padding. [How to read the profiles](../docs/tune-and-bench.md#bench).", "",
            $"- Command: `{command}`",
            $"- Date: {Dates(results)}",
            $"- Machine: {facts.GetValueOrDefault("processor", "unknown")}, {facts.GetValueOrDefault("processors in use", "?")} cores; code for {facts.GetValueOrDefault("code made for", "unknown")}");
        if (commit is not null) Lines($"- Commit: {commit}");
        Lines($"- Load average before each model: {string.Join(", ", results.Select(r => r.Load ?? "unknown"))}");
        Lines("", "## Latency", "");
        Table(BenchSummary.Latency(results));
        Lines("", "## Memory and tuning", "");
        Table(BenchSummary.Cost(results));
        foreach (var result in results) Profile(result);
        return text.ToString();

        void Profile(BenchResult result)
        {
            Lines("", $"## {result.Name}", "", $"{Figures.Short(result.Macs)} multiply-accumulates, {Figures.Short(result.ImageMacs)} of them on the image.");
            foreach (var setting in result.Settings)
            {
                Lines("", $"### {result.Name} on {BenchTables.Threads(setting.Threads)}", "");
                Table(BenchTables.Contenders(setting));
                Lines("", BenchTables.Machine(setting), BenchTables.Streaming(setting), "");
                Table(BenchTables.Tasks(setting));
                Lines(["", .. BenchTables.Totals(setting)]);
            }
        }

        void Table(TextTable table) => Lines([.. table.Markdown()]);

        void Lines(params ReadOnlySpan<string> lines)
        {
            foreach (var line in lines) text.Append(line).Append('\n');
        }
    }

    private static string Dates(ImmutableArray<BenchResult> results)
    {
        string[] days = [.. results.Select(r => r.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Distinct().Order(StringComparer.Ordinal)];
        return days.Length == 1 ? days[0] : $"{days[0]} to {days[^1]}";
    }
}
