using System.Collections.Immutable;
using System.Globalization;
using CPrune.Pruning.Knapsack;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Planning;

/// <summary>
/// Plans all widths of a model at once. Of all widths within a cost, it takes those that lose the least importance (docs/how-it-works.md, "All widths at
/// once"). A residual block may go as a whole. Importance is read in several ways, so that there are several plans; the even cut is one of them.
/// </summary>
/// <param name="table">Cost of the model at all widths.</param>
/// <param name="origin">Where the costs come from, for people.</param>
public sealed class WidthPlanner(PlanView view, StaircaseTable table, string origin, int seed)
{
    /// <summary>Cost of the model as it is, in seconds.</summary>
    public double CurrentCost => table.CurrentSeconds;

    /// <param name="target">Cost that a plan may have, in the unit of the table.</param>
    /// <returns>Different cuts; none if no widths cost so little.</returns>
    public IReadOnlyList<Cut> Plans(double target)
    {
        if (table.Ladders.IsEmpty) return [];
        var curves = table.Ladders.ToDictionary(l => l.Group, l => (IReadOnlyList<double>)view.LossCurve(view.Analysis.Groups[l.Group]));
        var problem = new KnapsackProblem(table, curves) { Blocks = Blocks(curves) };
        var planner = new KnapsackPlanner(seed: seed);
        var cuts = new List<Cut>();
        foreach (var variant in ImportanceVariants.Of(problem))
        {
            if (planner.Plan(variant, target) is WidthPlan.Found found) cuts.Add(CutOf(problem, found));
            // What no widths reach they do not reach whatever they are worth.
            else break;
        }

        if (EvenCut.Within(view, CostOf, target) is { } even) cuts.Add(even);
        return [.. cuts.Where(c => !c.Layers.IsEmpty).DistinctBy(c => c.Removed)];
    }

    /// <summary>What the table says of a cut of groups; a width between two stairs costs as much as the wider one.</summary>
    private double CostOf(Cut cut)
    {
        var filters = cut.Groups.ToDictionary(g => g.Group, g => g.Filters);
        var levels = table.Ladders.ToDictionary(l => l.Group, l => LevelOf(l, filters.GetValueOrDefault(l.Group)));
        return table.SecondsAt(group => levels[group]);
    }

    private static int LevelOf(GroupLadder ladder, int filters)
    {
        var level = 0;
        while (level + 1 < ladder.Stairs.Length && ladder.Stairs[level + 1].Width >= ladder.Channels - filters) level++;
        return level;
    }

    /// <summary>Blocks whose inner channels nobody outside makes or reads.</summary>
    private ImmutableArray<RemovableBlock> Blocks(Dictionary<int, IReadOnlyList<double>> curves)
    {
        var blocks = ImmutableArray.CreateBuilder<RemovableBlock>();
        foreach (var block in view.RemovableBlocks)
        {
            var inside = curves.Keys
                .Where(id => view.Analysis.Groups[id] is var g && g.Layers.Concat(g.Consumers).All(block.Layers.Contains)).ToImmutableArray();
            var served = inside.SelectMany(id => view.Analysis.Groups[id].Layers.Concat(view.Analysis.Groups[id].Consumers))
                .ToHashSet(StringComparer.Ordinal);
            if (block.Layers.All(served.Contains))
                blocks.Add(new RemovableBlock(block.Name, inside, PlanView.LossOf(inside.Select(id => curves[id]))));
        }

        return blocks.ToImmutable();
    }

    private Cut CutOf(KnapsackProblem problem, WidthPlan.Found plan)
    {
        var cuts = table.Ladders.Where(l => plan.Widths[l.Group] > 0)
            .Select(l => new GroupCut(l.Group, l.Channels - plan.Widths[l.Group])).Where(c => c.Filters > 0).ToList();
        var gone = view.RemovableBlocks.Where(b => plan.Blocks.Contains(b.Name)).ToList();
        var blocks = gone.Count == 0 ? "" : $" and {gone.Count} block{(gone.Count == 1 ? "" : "s")}";
        return new Cut(
            "all groups", string.Create(CultureInfo.InvariantCulture, $"{cuts.Count} groups{blocks}"), [.. cuts],
            [.. cuts.SelectMany(c => view.Analysis.Groups[c.Group].Layers).Concat(gone.SelectMany(b => b.Layers)).Distinct(StringComparer.Ordinal)],
            string.Create(
                CultureInfo.InvariantCulture,
                $"cost × {plan.Seconds / CurrentCost:0.000} for {problem.LossOf(plan.Widths, plan.Blocks):0.###} of importance" +
                $"{(plan.IsOptimal ? "" : ", not proven the least")}; {origin}"))
        {
            Blocks = plan.Blocks,
            FiltersOfBlocks = table.Ladders.Where(l => plan.Widths[l.Group] == 0).Sum(l => l.Channels),
        };
    }
}
