using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class PolicyViewTests
{
    [Fact]
    public void APlanThatTakesAsManyFiltersElsewhereWasNotRefused()
    {
        var (refused, other) = (Plan(16, 8), Plan(8, 16));
        var view = ViewAfter(new CutOutcome(1, refused.Key, refused.Filters, Verdict.TooInaccurate) { Layers = refused.Layers, Removed = refused.Removed });
        Assert.True(view.WasRefused(refused));
        Assert.False(view.WasRefused(other));
        // Journals from before it was kept say only how many filters of which layers.
        Assert.True(ViewAfter(new CutOutcome(1, refused.Key, refused.Filters, Verdict.TooInaccurate) { Layers = refused.Layers }).WasRefused(other));
        Assert.False(ViewAfter(new CutOutcome(1, refused.Key, refused.Filters, Verdict.TooSlow) { Layers = refused.Layers, Removed = refused.Removed }).WasRefused(refused));

        static Cut Plan(int one, int other) => new("all groups", "2 groups", [new GroupCut(0, one), new GroupCut(1, other)], ["a", "b"], "");
    }

    private static PolicyView ViewAfter(CutOutcome outcome)
    {
        var b = new GraphBuilder("plain", 1);
        return Views.Of(LawfulKernels.Model(b.Build(b.Dense(b.Flatten(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3))), 10))), history: [outcome]);
    }

    [Fact]
    public void WithoutAUnitForAllGroupsTheAccuracyTheyCostCounts()
    {
        var b = new GraphBuilder("residual", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "trunk"));
        x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 24, Window.Same(3), name: "inner")), 16, Window.Same(3), name: "back"), x));
        var model = LawfulKernels.Model(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
        var analysis = PruningGraph.Analyze(model.Graph);
        var view = Views.Of(model);
        var (trunk, inner) = (view.LossCurve(analysis.GroupOf("trunk")!), view.LossCurve(analysis.GroupOf("inner")!));
        Assert.Equal((0, 0), (trunk[0], inner[0]));
        // Half of either costs a point, in even shares; one filter must stay.
        Assert.Equal(0.01 * Math.Pow(2 * Share(trunk.Length - 1, 16), 2), trunk[^1], 0.004);
        Assert.Equal(0.01 * Math.Pow(2 * Share(inner.Length - 1, 24), 2), inner[^1], 0.004);

        static double Share(int filters, int of) => (double)filters / of;
    }
}
