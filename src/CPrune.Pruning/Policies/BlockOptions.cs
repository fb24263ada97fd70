using CPrune.Pruning.Blocks;

namespace CPrune.Pruning.Policies;

/// <summary>
/// Depth beside width, block by block, for a policy that compares all options: whole residual blocks that can become their shortcuts. A block is tried once; where it cost too much accuracy or saved nothing
/// it is not asked again.
/// </summary>
public static class BlockOptions
{
    public static IReadOnlyList<CutOption> Of(PolicyView view, WalkMemory memory) =>
    [
        .. view.RemovableBlocks.Select(block => OptionOf(block, view))
            .Where(option => memory.LargestCut(option.Key) == int.MaxValue && memory.RefusedFilters(option.Key) == 0),
    ];

    private static CutOption OptionOf(ResidualBlock block, PolicyView view) => new(
        $"block {block.Name}", $"block {block.Name}", block.Layers.Sum(view.SecondsOf), view.MacsOf(block.Layers), block.Layers.Sum(view.FiltersOf),
        block.HasIdentityShortcut ? "the whole block, its input goes through" : "the whole block but its shortcut", [], block.Layers)
    {
        Blocks = [block.Name],
    };
}
