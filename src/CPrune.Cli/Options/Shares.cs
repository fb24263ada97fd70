using System.Globalization;

namespace CPrune.Cli.Options;

/// <summary>Accuracies as people write them: <c>0.92</c>, <c>92%</c>, <c>92</c>.</summary>
internal static class Shares
{
    /// <returns>A share from 0 to 1, or null where the text is none. Numbers above 1 are per cent.</returns>
    public static double? Parse(string text)
    {
        var isPercent = text.EndsWith('%');
        if (!double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)) return null;
        var share = isPercent || value > 1 ? value / 100 : value;
        return share is >= 0 and <= 1 ? share : null;
    }
}
