using System.Globalization;

namespace CPrune.Benchmarks;

/// <summary>Tables and numbers.</summary>
internal static class Markdown
{
    public static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>The line below a head: the first column is text, the others are numbers.</summary>
    public static string Rule(int columns) => $"|---|{string.Concat(Enumerable.Repeat("---:|", columns - 1))}";

    public static string Micros(double seconds) => (seconds * 1e6).ToString(seconds < 1e-4 ? "0.0" : "0", CultureInfo.InvariantCulture) + " µs";

    public static string Ratio(double ratio) => ratio.ToString("0.000", CultureInfo.InvariantCulture);

    public static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));
}
