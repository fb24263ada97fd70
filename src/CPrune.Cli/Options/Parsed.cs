using System.CommandLine;
using System.Globalization;

namespace CPrune.Cli.Options;

/// <summary>Options whose mistakes are told in our words.</summary>
internal static class Parsed
{
    public static Option<int> Int(string name, string description, int otherwise, int least, int most = int.MaxValue) =>
        Of(name, description, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : (int?)null,
            most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}",
            otherwise);

    public static Option<int?> OptionalInt(string name, string description) =>
        Optional<int>(name, description, "N", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null,
            "a whole number of at least 0");

    public static Option<DateTimeOffset?> Date(string name, string description) =>
        Optional<DateTimeOffset>(name, description, "DATE", text =>
            DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null,
            "a date: write for example 2026-01-31");

    public static Option<long?> Count(string name, string description) =>
        Optional<long>(name, description, "N", text =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null,
            "a whole number of at least 0");

    /// <summary>A number in a range, given as it is (no per cent).</summary>
    public static Option<double> Number(string name, string description, double otherwise, double least, double most) =>
        Of(name, description, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : (double?)null,
            string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"),
            otherwise);

    /// <inheritdoc cref="Number"/>
    public static Option<double?> OptionalNumber(string name, string description, double least, double most) =>
        Optional<double>(name, description, "N", text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null,
            string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));

    /// <summary>A whole number in a range, as a number.</summary>
    public static Option<double?> OptionalWhole(string name, string description, long least, long most) =>
        Optional<double>(name, description, "N", text =>
            long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value : null,
            $"a whole number from {least} to {most}");

    /// <summary>One of a few words, the first if none is given.</summary>
    public static Option<string> Word(string name, string description, params string[] words) =>
        new(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => words[0],
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
                if (words.Contains(text)) return text;
                result.AddError($"{name} '{text}' is not {string.Join(", ", words.SkipLast(1).Select(w => $"'{w}'"))} or '{words[^1]}'");
                return words[0];
            },
        };

    public static Option<double?> Share(string name, string description) =>
        Optional<double>(name, description, "A", Shares.Parse, "an accuracy: write for example 0.92 or 92%");

    public static Option<double?> Points(string name, string description) =>
        Optional<double>(name, description, "POINTS", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 100 ? value : null,
            "a number of percentage points from 0 to 100: write for example 1.0");

    public static Option<double?> Milliseconds(string name, string description) =>
        Optional<double>(name, description, "MS", text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null,
            "a number of milliseconds above 0: write for example 2.5");

    public static Option<TimeSpan?> Duration(string name, string description) =>
        Optional<TimeSpan>(name, description, "TIME", Durations.Parse, "a duration: write for example 90s, 30m or 2h");

    private static Option<T> Of<T>(string name, string description, Func<string, T?> parse, string wanted, T otherwise) where T : struct =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => otherwise,
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
                if (parse(text) is { } value) return value;
                result.AddError($"{name} '{text}' is not {wanted}");
                return otherwise;
            },
        };

    private static Option<T?> Optional<T>(string name, string description, string helpName, Func<string, T?> parse, string wanted) where T : struct =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
                if (parse(text) is { } value) return value;
                result.AddError($"{name} '{text}' is not {wanted}");
                return null;
            },
        };
}
