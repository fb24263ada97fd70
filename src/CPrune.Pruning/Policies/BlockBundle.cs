using System.Globalization;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Depth beside width for a walk (MDP, 2024): the residual blocks that can become their shortcuts stand among the tasks like one that occurs as often as there are blocks. A cut takes the least
/// sensitive of them, as many as make a step; after one that cost too much accuracy half as many.
/// </summary>
public static class BlockBundle
{
    public const string Key = "blocks";

    /// <summary>A step takes as much time as two of other tasks, because a half is asked for next where that is too much.</summary>
    private const double Steps = 2;

    /// <returns>Null where no block can go, or none any more.</returns>
    public static CutOption? Of(PolicyView view, WalkMemory memory)
    {
        var blocks = view.RemovableBlocks.ToList();
        var most = Math.Min(blocks.Count, memory.LargestCut(Key));
        if (most <= memory.RefusedFilters(Key)) return null;
        var beyond = memory.Beyond(Key).First(b => b < most);
        var ranked = blocks.OrderBy(view.Sensitivities.Without).ThenBy(b => b.Name, StringComparer.Ordinal).ToList();
        var wanted = view.SavingOf(Steps * memory.Saving) * view.TotalSeconds;
        var (count, saved) = (0, 0.0);
        while (count < most && (count <= beyond || saved < wanted)) saved += ranked[count++].Layers.Sum(view.SecondsOf);

        var gone = ranked.Take(count).ToList();
        return new CutOption(
            Key, count == 1 ? $"block {gone[0].Name}" : string.Create(CultureInfo.InvariantCulture, $"{count} blocks"), blocks.Sum(b => b.Layers.Sum(view.SecondsOf)),
            blocks.Sum(b => view.MacsOf(b.Layers)), gone.Sum(b => b.Layers.Sum(view.FiltersOf)),
            $"without {string.Join(", ", gone.Select(b => $"{b.Name} ({Sensitivity(view.Sensitivities.Without(b))})"))}", [], [.. gone.SelectMany(b => b.Layers).Distinct(StringComparer.Ordinal)])
        {
            Blocks = [.. gone.Select(b => b.Name)],
        };
    }

    private static string Sensitivity(double lost) => string.Create(CultureInfo.InvariantCulture, $"loss +{lost:0.####}");
}
