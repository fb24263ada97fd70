using System.Collections.Immutable;
using System.Globalization;
using CPrune.Reporting.Tables;

namespace CPrune.Reporting.Comparing;

/// <summary>Policies over several seeds: median and range, never the best.</summary>
public static class SeedTable
{
    /// <summary>What the table shows, as a sentence.</summary>
    public const string Meaning =
        "Median and range over the seeds, never the best of them; a run that kept the original counts as 1.00× its speed.";

    public static TextTable Of(Comparison comparison) => new(
        [
            new("policy"), new("seeds"), new("speed, median", true), new("range", true), new("top-1, test set, median", true), new("range", true),
            new("top-1, unseen part, median", true), new("range", true), new("original kept", true), new("took, median", true),
        ],
        [.. SeedSummary.Of(comparison).Select(Row)]);

    private static ImmutableArray<string> Row(SeedSummary s) =>
    [
        s.Policy, string.Join(", ", s.Seeds), .. Cells(s.Speed, Figures.Ratio), .. Cells(s.TestTop1, v => Figures.Percent(v)),
        .. Cells(s.UnseenTop1, v => Figures.Percent(v)), $"{s.Kept} of {s.Seeds.Length}",
        string.Create(CultureInfo.InvariantCulture, $"{s.Seconds.Median / 60:0.0} min"),
    ];

    private static string[] Cells(Spread? spread, Func<double, string> text) => spread is null
        ? [HeadlineFigures.NotMeasured, HeadlineFigures.NotMeasured]
        : [text(spread.Median), $"{text(spread.Low)} – {text(spread.High)}"];
}
