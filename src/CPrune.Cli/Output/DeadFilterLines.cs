using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Surgery;

namespace CPrune.Cli.Output;

/// <summary>Dead filters as a line for each layer and reason.</summary>
internal static class DeadFilterLines
{
    private const int Shown = 8;

    public static IEnumerable<string> Of(ImmutableArray<DeadFilter> filters) =>
        filters.GroupBy(f => (f.Layer, f.Reason)).Select(g => $"  {g.Key.Layer}: {Numbers([.. g.Select(f => f.Filter)])} ({g.Key.Reason})");

    private static string Numbers(ImmutableArray<int> filters)
    {
        var first = string.Join(", ", filters.Take(Shown).Select(f => f.ToString(CultureInfo.InvariantCulture)));
        return $"{(filters.Length == 1 ? "filter" : "filters")} {first}{(filters.Length > Shown ? $" and {filters.Length - Shown} more" : "")}";
    }
}
