using System.Diagnostics;
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
        PruningGraph.Analyze(Residual(5));

        var watch = Stopwatch.StartNew();
        var analysis = PruningGraph.Analyze(graph);

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"took {watch.Elapsed}");
        Assert.Equal(501, analysis.GroupOf("stem")!.Layers.Length);
    }

    private static CPrune.Graph.ModelGraph Residual(int blocks)
    {
        var b = new GraphBuilder("long", 1);
        var x = b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "stem");
        for (var i = 0; i < blocks; i++) x = b.Relu(b.Add(b.BatchNorm(b.Conv(x, 16, Window.Same(1), name: $"c{i}")), x));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
