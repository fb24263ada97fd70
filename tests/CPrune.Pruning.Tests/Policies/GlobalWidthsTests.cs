using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Runs;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class GlobalWidthsTests
{
    [Fact]
    public async Task OfSeveralPlansForTheSameTimeTheOneIsTriedThatLosesLeast()
    {
        var asked = new List<string>();
        var view = Views.Of(LawfulKernels.Model(Residual()), sensitivities: new FakeSensitivities(new Dictionary<string, double> { ["sum0"] = 0.004, ["sum1"] = 0.01 }, cut =>
        {
            asked.Add(cut.Removed);
            return -asked.Count;
        }));
        var decision = await new GlobalWidths("knapsack", TimeSource.Measured).NextAsync(view, TestContext.Current.CancellationToken);
        Assert.True(asked.Count > 1, string.Join("; ", asked));
        Assert.Distinct(asked);
        Assert.Equal(asked[^1], Assert.IsType<PolicyDecision.Try>(decision).Cut.Removed);
    }

    private static ModelGraph Residual()
    {
        var b = new GraphBuilder("residual", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3)));
        for (var i = 0; i < 2; i++) x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 64, Window.Same(3))), 32, Window.Same(3)), x, name: $"sum{i}"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3)));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
