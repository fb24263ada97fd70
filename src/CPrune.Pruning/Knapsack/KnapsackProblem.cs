using System.Collections.Immutable;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Knapsack;

/// <summary>A residual block that can go as a whole, so that its shortcut is all that is left of it.</summary>
/// <param name="Groups">The groups inside: channels that only layers of the block make and read. Every layer of the block lies on one of them.</param>
/// <param name="Loss">Of removing it, in the unit of the loss curves; it takes the place of its groups' losses.</param>
public sealed record RemovableBlock(string Name, ImmutableArray<int> Groups, double Loss);

/// <summary>
/// What is chosen between: importance per filter against measured time (HALP, NeurIPS 2022, arXiv 2110.10811), where a layer's time depends on both groups that it
/// lies between (MDP, 2024).
/// </summary>
/// <param name="Table">Time at all widths.</param>
/// <param name="LossCurves">By group: the loss of removing the k least salient filters, for k = 0 … all. An infinite loss forbids a width.</param>
public sealed record KnapsackProblem(StaircaseTable Table, IReadOnlyDictionary<int, IReadOnlyList<double>> LossCurves)
{
    public ImmutableArray<RemovableBlock> Blocks { get; init; } = [];

    /// <summary>Levels that a group may take; the first, which changes nothing, always is one.</summary>
    public IEnumerable<int> LevelsOf(GroupLadder ladder) =>
        Enumerable.Range(0, ladder.Stairs.Length).Where(level => level == 0 || double.IsFinite(LossOf(ladder, level)));

    /// <exception cref="ArgumentException">The group has no loss curve, or one that is too short or not a number.</exception>
    public double LossOf(GroupLadder ladder, int level)
    {
        var removed = ladder.Channels - ladder.Stairs[level].Width;
        if (!LossCurves.TryGetValue(ladder.Group, out var curve) || curve.Count <= removed || double.IsNaN(curve[removed]))
            throw new ArgumentException($"group {ladder.Group} has no loss for removing {removed} filters");
        return curve[removed];
    }

    /// <summary>The sum of all groups' and blocks' losses, in this problem's own importance whatever the plan was made with.</summary>
    /// <param name="widths">Channels that each group with a ladder keeps; 0 for one that goes with its block.</param>
    /// <param name="blocks">Names of the blocks that go.</param>
    public double LossOf(IReadOnlyDictionary<int, int> widths, ImmutableArray<string> blocks) =>
        Table.Ladders.Where(l => widths[l.Group] > 0).Sum(l => LossCurves[l.Group][l.Channels - widths[l.Group]]) + Blocks.Where(b => blocks.Contains(b.Name)).Sum(b => b.Loss);

    /// <summary>Time at some levels; a group without one goes with its block.</summary>
    public double Seconds(IReadOnlyDictionary<int, int?> levels) => Table.FixedSeconds + Table.Layers
        .Where(layer => !IsGone(layer.Inputs, levels) && !IsGone(layer.Outputs, levels))
        .Sum(layer => layer.Staircase.Seconds(Channels(layer.Inputs, levels), Channels(layer.Outputs, levels)));

    /// <summary>Channels of an axis; those of a group that is gone do not count.</summary>
    private static int Channels(LayerAxis axis, IReadOnlyDictionary<int, int?> levels) =>
        axis.Fixed + axis.Parts.Sum(p => levels[p.Group] is { } level ? p.Channels[level] : 0);

    private static bool IsGone(LayerAxis axis, IReadOnlyDictionary<int, int?> levels) => !axis.Parts.IsEmpty && axis.Parts.All(p => levels[p.Group] is null);
}
