using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Blocks;

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

    /// <summary>A block more is left for the next cut where with it they would take more than so many times what is wanted.</summary>
    private const double MostOfWanted = 1.5;

    /// <returns>Null where no block can go, or none any more.</returns>
    public static CutOption? Of(PolicyView view, WalkMemory memory)
    {
        var blocks = Ranked(view);
        var most = Math.Min(blocks.Count, memory.LargestCut(Key));
        if (most <= memory.RefusedFilters(Key)) return null;
        var beyond = memory.Beyond(Key).First(b => b < most);
        var wanted = view.SavingOf(Steps * memory.Saving) * view.TotalSeconds;
        var (count, saved) = (0, 0.0);
        while (count < most && (count <= beyond || (saved < wanted && saved + blocks[count].Seconds <= MostOfWanted * wanted))) saved += blocks[count++].Seconds;

        var gone = blocks.Take(count).Select(b => b.Block).ToList();
        var layers = LayersOf(gone);
        return new CutOption(
            Key, count == 1 ? $"block {gone[0].Name}" : string.Create(CultureInfo.InvariantCulture, $"{count} blocks"), blocks.Sum(b => b.Seconds),
            view.MacsOf(LayersOf(blocks.Select(b => b.Block))), layers.Sum(view.FiltersOf),
            $"without {string.Join(", ", gone.Select(b => $"{b.Name} ({Sensitivity(view.Sensitivities.Without(b))})"))}", [], layers)
        {
            Blocks = [.. gone.Select(b => b.Name)],
        };
    }

    /// <summary>The least sensitive first, each with the time of the layers that are not in one before it; a block that lies in one before it goes with that.</summary>
    private static List<(ResidualBlock Block, double Seconds)> Ranked(PolicyView view)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        var ranked = new List<(ResidualBlock Block, double Seconds)>();
        foreach (var block in view.RemovableBlocks.OrderBy(view.Sensitivities.Without).ThenBy(b => b.Name, StringComparer.Ordinal))
        {
            var own = block.Layers.Where(gone.Add).ToList();
            if (own.Count > 0) ranked.Add((block, own.Sum(view.SecondsOf)));
        }

        return ranked;
    }

    private static ImmutableArray<string> LayersOf(IEnumerable<ResidualBlock> blocks) => [.. blocks.SelectMany(b => b.Layers).Distinct(StringComparer.Ordinal)];

    private static string Sensitivity(double lost) => string.Create(CultureInfo.InvariantCulture, $"loss +{lost:0.####}");
}
