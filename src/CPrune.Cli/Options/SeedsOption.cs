using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;

namespace CPrune.Cli.Options;

/// <summary><c>--seeds</c>: several runs that differ in their seed.</summary>
internal static class SeedsOption
{
    private const int Most = 100;

    public static Option<ImmutableArray<int>?> Create() => new("--seeds")
    {
        Description = "Run every policy with each of these seeds, for example 0..4 or 0,3,7; the table then has medians and ranges. "
            + "Default: only --seed.",
        HelpName = "A..B|A,B,…",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (Parse(text) is { } seeds) return seeds;
            result.AddError($"--seeds '{text}' is no list of at most {Most} different seeds: write for example 0..4 or 0,3,7");
            return null;
        },
    };

    private static ImmutableArray<int>? Parse(string text)
    {
        if (text.Split("..") is [var first, var last])
        {
            return Seed(first) is { } low && Seed(last) is { } high && low <= high && (long)high - low < Most
                ? [.. Enumerable.Range(low, high - low + 1)]
                : null;
        }

        var seeds = text.Split(',').Select(Seed).ToArray();
        var areSeeds = seeds.All(s => s is not null) && seeds.Distinct().Count() == seeds.Length && seeds.Length <= Most;
        return areSeeds ? [.. seeds.Select(s => s!.Value)] : null;
    }

    private static int? Seed(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null;
}
