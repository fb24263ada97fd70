using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Staircases;
using CPrune.Pruning.Tests.Policies;
using CPrune.Pruning.Tests.Staircases;
using CsCheck;

namespace CPrune.Pruning.Tests.Planning;

/// <summary>All widths at once, and the even cut.</summary>
public class WidthPlannerTests
{
    private static readonly TunedModel s_model = LawfulKernels.Model(Residual());

    /// <summary>What the planner believes of a plan is what the cut model has.</summary>
    [Theory]
    [InlineData(0.9)]
    [InlineData(0.6)]
    [InlineData(0.3)]
    public async Task EveryPlanCostsNoMoreThanItMay(double share)
    {
        var view = Views.Plan(s_model);
        var planner = await PlannerAsync(view);
        Assert.Equal(GraphStatistics.Macs(view.Graph) * 1e-9, planner.CurrentCost, 1e-12);
        var plans = planner.Plans(share * planner.CurrentCost);
        Assert.NotEmpty(plans);
        Assert.All(plans, cut => Assert.True(GraphStatistics.Macs(view.Apply(cut)) <= share * GraphStatistics.Macs(view.Graph) * 1.001, cut.Reason));
        Assert.Distinct(plans.Select(p => p.Removed));
        Assert.All(plans.Where(p => !IsEven(p)), p => Assert.EndsWith("; multiply-accumulates", p.Reason));
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(0.5)]
    public async Task TheEvenCutIsAmongThePlans(double share)
    {
        var view = Views.Plan(s_model, limits: new CutLimits { Depth = false });
        var planner = await PlannerAsync(view);
        var even = Assert.Single(planner.Plans(share * planner.CurrentCost), IsEven);
        var shares = even.Groups.Select(g => (double)g.Filters / view.Analysis.Groups[g.Group].Channels).ToList();
        Assert.Equal(view.Analysis.Groups.Count(g => g.Prunable), shares.Count);
        Assert.True(shares.Max() - shares.Min() < 1.0 / 16, string.Join(", ", shares));
    }

    [Fact]
    public async Task WhatNoWidthsReachHasNoPlan()
    {
        var planner = await PlannerAsync(Views.Plan(s_model, limits: new CutLimits { Depth = false, MaxLayerCut = 0.25 }));
        Assert.Empty(planner.Plans(0.1 * planner.CurrentCost));
        Assert.NotEmpty(planner.Plans(0.8 * planner.CurrentCost));
    }

    [Fact]
    public async Task ABlockGoesAsAWhole()
    {
        var view = Views.Plan(s_model);
        var planner = await PlannerAsync(view);
        var cut = planner.Plans(0.35 * planner.CurrentCost).First(p => !p.Blocks.IsEmpty);
        Assert.Matches(@"^\d+ groups and \d+ blocks?$", cut.Label);
        var gone = view.RemovableBlocks.Where(b => cut.Blocks.Contains(b.Name)).SelectMany(b => b.Layers).ToList();
        Assert.Subset(cut.Layers.ToHashSet(), gone.ToHashSet());
        var names = view.Apply(cut).Nodes.Select(n => n.Name).ToHashSet();
        Assert.All(gone, layer => Assert.DoesNotContain(layer, names));
        // Their filters are counted, without those that groups lose.
        Assert.True(cut.Filters >= cut.Groups.Sum(g => g.Filters) + (24 * cut.Blocks.Length), $"{cut.Filters}");
    }

    /// <summary>The smallest one: a share less by the resolution costs too much.</summary>
    [Fact]
    public void AnEvenCutTakesNoMoreThanItMust() => Gen.Double[0.15, 0.99].Sample(share =>
    {
        var view = Views.Plan(s_model);
        double Cost(Cut cut) => GraphStatistics.Macs(view.Apply(cut));
        var target = share * GraphStatistics.Macs(view.Graph);
        var cut = EvenCut.Within(view, Cost, target)!;
        Assert.True(Cost(cut) <= target);
        var taken = double.Parse(cut.Reason.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) / 100;
        Assert.True(Cost(EvenCut.At(view, Math.Max(0, taken - (2.0 / 256)))) > target, $"{cut.Reason} for {share:P1}");
        Assert.Equal("all groups", cut.Key);
        Assert.EndsWith(" % of the original's filters of every group", cut.Reason);
    }, iter: 40, threads: 1);

    [Fact]
    public void AnEvenCutThatIsNotAllowedIsNone()
    {
        var view = Views.Plan(s_model, limits: new CutLimits { MaxLayerCut = 0.1 });
        Assert.Null(EvenCut.Within(view, cut => GraphStatistics.Macs(view.Apply(cut)), 0.5 * GraphStatistics.Macs(view.Graph)));
    }

    /// <summary>Shares are of the original: of a model that has lost half of it a cut by half takes nothing more.</summary>
    [Fact]
    public void AnEvenCutCountsWhatIsGoneAlready()
    {
        var view = Views.Plan(s_model);
        var halved = Views.Plan(LawfulKernels.Model(view.Apply(EvenCut.At(view, 0.5))), original: s_model.Graph);
        Assert.Empty(EvenCut.At(halved, 0.5).Groups);
        Assert.All(EvenCut.At(halved, 0.75).Groups, g => Assert.Equal(halved.Analysis.Groups[g.Group].Channels / 2, g.Filters));
    }

    [Fact]
    public void AKeptLayerStaysInAnEvenCut()
    {
        var view = Views.Plan(s_model, limits: new CutLimits { LayerCaps = [new LayerCap("--keep", "inner0", 0)] });
        var cut = EvenCut.At(view, 0.5);
        Assert.DoesNotContain("inner0", cut.Layers);
        Assert.Contains("inner1", cut.Layers);
    }

    private static bool IsEven(Cut cut) => cut.Reason.EndsWith("of every group", StringComparison.Ordinal);

    private static async Task<WidthPlanner> PlannerAsync(PlanView view)
    {
        var ladders = GroupLadders.Of(view.Model, view.Analysis, view.StepRule, view.Floors.LeastOf, view.Lowest);
        var builder = new StaircaseBuilder(view.Model, view.Analysis, ladders, new OperationKernels(), new NoStaircaseMemory());
        var table = await builder.BuildAsync(new Progress<StaircaseProgress>(), TestContext.Current.CancellationToken);
        return new WidthPlanner(view, table, "multiply-accumulates", seed: 1);
    }

    private static ModelGraph Residual()
    {
        var b = new GraphBuilder("residual", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3), name: "trunk"));
        for (var i = 0; i < 2; i++)
            x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 64, Window.Same(3), name: $"inner{i}")), 32, Window.Same(3), name: $"back{i}"), x, name: $"sum{i}"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3), name: "last"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
