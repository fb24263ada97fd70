using System.Globalization;
using System.Text.RegularExpressions;

namespace CPrune.Cli.Options;

/// <summary>Durations as people write them: <c>90s</c>, <c>30m</c>, <c>2h</c>, <c>1h30m</c>.</summary>
internal static partial class Durations
{
    public static TimeSpan? Parse(string text)
    {
        if (!Whole().IsMatch(text)) return null;
        var total = TimeSpan.Zero;
        foreach (Match part in Part().Matches(text))
        {
            var value = double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            if (value > 1e6) return null;
            total += part.Groups[2].Value switch
            {
                "h" => TimeSpan.FromHours(value),
                "m" => TimeSpan.FromMinutes(value),
                _ => TimeSpan.FromSeconds(value),
            };
        }

        return total > TimeSpan.Zero ? total : null;
    }

    /// <summary>For example <c>1h02m</c>, <c>4m07s</c>, <c>12.3s</c>.</summary>
    public static string Text(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours}h{time.Minutes:00}m",
        { TotalMinutes: >= 1 } => $"{(int)time.TotalMinutes}m{time.Seconds:00}s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#}s"),
    };

    [GeneratedRegex(@"^(\d+(\.\d+)?[hms])+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)([hms])")]
    private static partial Regex Part();
}
