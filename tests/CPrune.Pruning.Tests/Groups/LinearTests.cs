using System.Diagnostics;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;

namespace CPrune.Pruning.Tests.Groups;

public class LinearTests
{
    [Fact]
    public void Two_thousand_nodes_take_less_than_a_second()
    {
        var graph = Residual(500);
        Assert.True(graph.Nodes.Length > 2000);
        // The quickest of several, because a test machine has other things to do.
        var quickest = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var watch = Stopwatch.StartNew();
            Assert.Equal(501, PruningGraph.Analyze(graph).GroupOf("stem")!.Layers.Length);
            if (watch.Elapsed < quickest) quickest = watch.Elapsed;
        }

        Assert.True(quickest < TimeSpan.FromSeconds(1), $"took {quickest}");
    }

    private static ModelGraph Residual(int blocks)
    {
        var b = new GraphBuilder("long", 1);
        var x = b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "stem");
        for (var i = 0; i < blocks; i++) x = b.Relu(b.Add(b.BatchNorm(b.Conv(x, 16, Window.Same(1), name: $"c{i}")), x));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
