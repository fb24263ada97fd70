using System.Collections.Immutable;
using CPrune.Pruning.Knapsack;
using CPrune.Pruning.Staircases;
using CsCheck;

namespace CPrune.Pruning.Tests.Knapsack;

public class KnapsackPlannerTests
{
    private static readonly KnapsackPlanner s_planner = new();

    [Fact]
    public void NoOtherWidthsLoseLess()
    {
        var planned = 0;
        Gen.Int[0, int.MaxValue].Sample(seed => planned += PlansTheLeastLoss(seed) ? 1 : 0, iter: 60, threads: 1, print: seed => $"RandomKnapsack seed {seed}");
        Assert.InRange(planned, 30, 60);
    }

    [Fact]
    public void ATargetThatIsMetAlreadyCostsNothing()
    {
        var problem = Chain(4);
        var found = Assert.IsType<WidthPlan.Found>(s_planner.Plan(problem, problem.Table.CurrentSeconds));
        Assert.Equal((0, problem.Table.CurrentSeconds), (problem.LossOf(found.Widths, found.Blocks), found.Seconds));
        Assert.All(found.Widths.Values, w => Assert.Equal(64, w));
    }

    [Fact]
    public void WhatIsOutOfReachIsSaidWithWhatIsNot()
    {
        var plan = s_planner.Plan(Chain(2), 1e-3);
        Assert.Equal("the target is 1 ms, and the fastest widths allowed take 1.128 ms", Assert.IsType<WidthPlan.Infeasible>(plan).Reason);
    }

    [Fact]
    public void WidthsOfInfiniteLossAreNotTaken()
    {
        var problem = Chain(3);
        // Of the first group 24 filters may go, of the second none.
        var bound = problem with { LossCurves = problem.LossCurves.ToDictionary(c => c.Key, c => Bounded(c.Value, c.Key switch { 0 => 24, 1 => 0, _ => 64 })) };
        var found = Assert.IsType<WidthPlan.Found>(s_planner.Plan(bound, problem.Table.CurrentSeconds * 0.8));
        Assert.Equal((48, 64, 16), (found.Widths[0], found.Widths[1], found.Widths[2]));
        Assert.IsType<WidthPlan.Infeasible>(s_planner.Plan(bound, problem.Table.CurrentSeconds * 0.3));

        static IReadOnlyList<double> Bounded(IReadOnlyList<double> curve, int most) => [.. curve.Select((loss, removed) => removed <= most ? loss : double.PositiveInfinity)];
    }

    /// <summary>A trunk with blocks of one inner group each, as in ResNet-56: the pairs of all blocks meet in the trunk.</summary>
    [Fact]
    public void ANetworkOfManyBlocksIsSolvedToTheEnd()
    {
        var problem = Residual(27, new Random(1));
        var found = Assert.IsType<WidthPlan.Found>(s_planner.Plan(problem, problem.Table.CurrentSeconds * 0.6));
        Assert.True(found.IsOptimal);
        Assert.Equal(found, s_planner.Plan(problem, problem.Table.CurrentSeconds * 0.6) as WidthPlan.Found, SamePlan);
    }

    [Fact]
    public void ABlockGoesWhereItsLayersTakeMoreThanItIsWorth()
    {
        var problem = Residual(3, new Random(2));
        var costly = problem with { Blocks = [new RemovableBlock("second", [2], 1e-3), new RemovableBlock("third", [3], 50)] };
        var found = Assert.IsType<WidthPlan.Found>(s_planner.Plan(costly, problem.Table.CurrentSeconds * 0.67));
        Assert.Equal(["second"], found.Blocks);
        Assert.Equal(0, found.Widths[2]);
        var kept = problem.Table.Layers.Where(l => !l.Layer.Contains('2', StringComparison.Ordinal)).ToImmutableArray();
        Assert.Equal(SecondsAt(problem.Table with { Layers = kept }, found.Widths), found.Seconds, 1e-12);
        Assert.True(found.Seconds <= problem.Table.CurrentSeconds * 0.670001);
    }

    [Fact]
    public void AGroupWithoutALossIsAnError()
    {
        var problem = Chain(2);
        var error = Assert.Throws<ArgumentException>(() => s_planner.Plan(problem with { LossCurves = new Dictionary<int, IReadOnlyList<double>> { [0] = [0, 1] } }, 1));
        Assert.Equal("group 0 has no loss for removing 16 filters", error.Message);
    }

    /// <returns>Whether there was a plan to be made: whether any widths meet the target.</returns>
    private static bool PlansTheLeastLoss(int seed)
    {
        var problem = RandomKnapsack.Make(seed);
        var all = RandomKnapsack.Assignments(problem).Select(a => (Seconds: problem.Table.SecondsAt(g => a[g]!.Value), Loss: Loss(problem, a))).ToList();
        var target = all.Min(a => a.Seconds) + (new Random(seed).NextDouble() - 0.1) * (problem.Table.CurrentSeconds - all.Min(a => a.Seconds));
        var allowed = all.Where(a => a.Seconds <= target).ToList();
        // Times are rounded to units: what just about meets the target is neither here nor there.
        if (all.Any(a => Math.Abs(a.Seconds - target) < 1e-6)) return false;
        var plan = s_planner.Plan(problem, target);
        if (allowed.Count == 0)
        {
            Assert.IsType<WidthPlan.Infeasible>(plan);
            return false;
        }

        var found = Assert.IsType<WidthPlan.Found>(plan);
        Assert.True(found.IsOptimal);
        Assert.Equal(allowed.Min(a => a.Loss), problem.LossOf(found.Widths, found.Blocks), 1e-5);
        Assert.True(found.Seconds <= target * (1 + 1e-6));
        Assert.Equal(SecondsAt(problem.Table, found.Widths), found.Seconds, 1e-12);
        return true;
    }

    private static double SecondsAt(StaircaseTable table, ImmutableSortedDictionary<int, int> widths) =>
        table.SecondsAt(group => table.Ladders.Single(l => l.Group == group).Stairs.Select(s => s.Width).ToList().IndexOf(widths[group]));

    private static bool SamePlan(WidthPlan.Found? a, WidthPlan.Found? b) => a!.Widths.SequenceEqual(b!.Widths) && a.Blocks.SequenceEqual(b.Blocks) && a.Seconds == b.Seconds;

    private static double Loss(KnapsackProblem problem, Dictionary<int, int?> levels) => problem.Table.Ladders.Sum(l => problem.LossOf(l, levels[l.Group]!.Value));

    /// <summary>Layers of 64 filters on 64 channels, in steps of 16, at a nanosecond a point of 100 pixels each; the first reads an image.</summary>
    private static KnapsackProblem Chain(int layers)
    {
        var axes = Enumerable.Range(0, layers).Select(group => Axis(group)).ToList();
        var all = Enumerable.Range(0, layers).Select(i => Layer($"layer{i}", i == 0 ? new LayerAxis([], 64) : axes[i - 1], axes[i]));
        return new KnapsackProblem(
            new StaircaseTable([.. Enumerable.Range(0, layers).Select(Ladder)], [.. all], 1e-3),
            Enumerable.Range(0, layers).ToDictionary(g => g, g => (IReadOnlyList<double>)[.. Enumerable.Range(0, 65).Select(k => k * (1.0 + g))]));
    }

    private static KnapsackProblem Residual(int blocks, Random random)
    {
        var trunk = Axis(0);
        var layers = Enumerable.Range(1, blocks).SelectMany(b => (LayerLatency[])[Layer($"in{b}", trunk, Axis(b)), Layer($"out{b}", Axis(b), trunk)]);
        var curves = Enumerable.Range(0, blocks + 1).ToDictionary(g => g, g =>
        {
            var (steepness, scale) = (1 + random.NextDouble(), random.NextDouble() * (g == 0 ? blocks : 1));
            return (IReadOnlyList<double>)[.. Enumerable.Range(0, 65).Select(k => scale * Math.Pow(k / 64.0, steepness))];
        });
        return new KnapsackProblem(new StaircaseTable([.. Enumerable.Range(0, blocks + 1).Select(Ladder)], [.. layers], 1e-3), curves);
    }

    private static GroupLadder Ladder(int group) => new(group, [.. ((int[])[64, 48, 32, 16]).Select(w => new Stair(w, [.. Enumerable.Range(0, 64 - w)]))]);

    private static LayerAxis Axis(int group) => new([new AxisPart(group, [64, 48, 32, 16])], 0);

    private static LayerLatency Layer(string name, LayerAxis inputs, LayerAxis outputs) =>
        new(name, inputs, outputs, RandomKnapsack.Measured(inputs, outputs, (x, y) => x * y * 1e-7));
}
