using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class PolicyViewTests
{
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
