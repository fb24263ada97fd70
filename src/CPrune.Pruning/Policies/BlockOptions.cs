using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Depth beside width (MDP, 2024): whole residual blocks that can become their shortcuts. A block is tried once; where it cost too much accuracy or saved nothing
/// it is not asked again.
/// </summary>
public static class BlockOptions
{
    public static IReadOnlyList<CutOption> Of(PolicyView view, WalkMemory memory) =>
    [
        .. view.RemovableBlocks.Select(block => OptionOf(block, view))
            .Where(option => memory.LargestCut(option.Key) == int.MaxValue && memory.RefusedFilters(option.Key) == 0),
    ];

    private static CutOption OptionOf(ResidualBlock block, PolicyView view)
    {
        var inside = block.Layers.ToHashSet(StringComparer.Ordinal);
        return new CutOption(
            $"block {block.Name}", $"block {block.Name}", block.Layers.Sum(view.SecondsOf),
            view.Accepted.Layers.Sum(t => t.Macs * t.Layers.Count(inside.Contains)), block.Layers.Sum(layer => FiltersOf(view.Analysis, layer)),
            block.HasIdentityShortcut ? "the whole block, its input goes through" : "the whole block but its shortcut", [], block.Layers)
        {
            Blocks = [block.Name],
        };
    }

    private static int FiltersOf(ChannelAnalysis analysis, string layer) =>
        analysis.GroupOf(layer)?.Producers.Where(p => p.Layer == layer).Sum(p => p.Positions.Length) ?? 0;
}
