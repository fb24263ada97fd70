using System.Collections.Immutable;

namespace CPrune.Reporting.Comparing;

/// <summary>A figure over several seeds.</summary>
public sealed record Spread(double Median, double Low, double High)
{
    /// <returns>Null if nothing was measured.</returns>
    public static Spread? Of(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        if (sorted.Length == 0) return null;
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}

/// <summary>What a policy came to over its seeds: the median and the range. A run that kept the original counts, as 1.00 times its speed.</summary>
/// <param name="Kept">Runs that kept the original, because nothing better passed.</param>
public sealed record SeedSummary(
    string Policy, ImmutableArray<int> Seeds, Spread Speed, Spread? TestTop1, Spread? UnseenTop1, int Kept, Spread Seconds)
{
    /// <summary>One for each policy, in the order in which they ran.</summary>
    public static ImmutableArray<SeedSummary> Of(Comparison comparison) =>
        [.. comparison.Policies.Select(policy => Of(policy, [.. comparison.Runs.Where(r => r.Policy == policy)]))];

    private static SeedSummary Of(string policy, ImmutableArray<ComparedRun> runs) => new(
        policy,
        [.. runs.Select(r => r.Seed ?? r.Record.Header.Seed)],
        Spread.Of(runs.Select(r => (double?)Speeds.OfResult(r.Record)))!,
        Spread.Of(runs.Select(r => (r.Record.After ?? r.Record.Before).TestTop1)),
        Spread.Of(runs.Select(r => (r.Record.After ?? r.Record.Before).UnseenTop1)),
        runs.Count(r => r.Record.IsOriginal),
        Spread.Of(runs.Select(r => (double?)r.Record.ElapsedSeconds))!);
}
