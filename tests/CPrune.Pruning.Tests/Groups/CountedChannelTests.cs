using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Tests.Surgery;

namespace CPrune.Pruning.Tests.Groups;

/// <summary>A reshape to as many channels as another value has goes with that value.</summary>
public class CountedChannelTests
{
    [Fact]
    public void A_view_with_the_channels_of_another_value_couples_the_two()
    {
        var b = new GraphBuilder("counted", 1);
        var input = b.Input(3, 4, 4);
        var (x, y) = (b.Conv(input, 4, Window.Same(1), name: "x"), b.Conv(input, 4, Window.Same(1), name: "y"));
        var view = Counting.View(b, y, [1, 4, 16], "view", Counting.Extent(b, x, 0), Counting.Extent(b, x, 1), Counting.Longs(b, "rest", -1));
        var read = b.Conv(x, 2, Window.Same(1), name: "reader");

        AssertCut(b.Build(b.Dense(b.Flatten(view), 2), b.GlobalAveragePool(read)), "x,y");
    }

    /// <summary>Squeeze and excitation as PyTorch exports it: the number of channels stands in both views.</summary>
    [Fact]
    public void Squeeze_and_excitation_by_views_is_one_group()
    {
        var b = new GraphBuilder("gate", 1);
        var x = b.Relu(b.Conv(b.Input(3, 4, 4), 6, Window.Same(3), name: "x"));
        var flat = Counting.View(b, b.GlobalAveragePool(x), [1, 6], "flat", Counting.Extent(b, x, 0), Counting.Extent(b, x, 1));
        var gate = b.Unary("Sigmoid", b.Dense(b.Relu(b.Dense(flat, 3, "squeeze")), 6, "excite"));
        var image = Counting.View(b, gate, [1, 6, 1, 1], "image", Counting.Extent(b, x, 0), Counting.Extent(b, x, 1), Counting.Longs(b, "ones", 1, 1));

        AssertCut(b.Build(b.GlobalAveragePool(b.Conv(b.Binary("Mul", x, image), 2, Window.Same(1), name: "reader"))), "x,excite");
    }

    /// <summary>Numbers are chosen and joined in several ways on the way to the view.</summary>
    [Fact]
    public void The_shape_of_another_value_can_be_cut_and_cast()
    {
        var b = new GraphBuilder("cut", 1);
        var input = b.Input(3, 4, 4);
        var (x, y) = (b.Conv(input, 4, Window.Same(1), name: "x"), b.Conv(input, 4, Window.Same(1), name: "y"));
        var cast = b.Node("Cast", [b.Node("Shape", [x], [4])], [4], "cast", ("to", new AttributeValue.Int(7)));
        var first = b.Node("Slice", [cast, Counting.Longs(b, "from", 0), Counting.Longs(b, "to", 2)], [2], "first");
        var view = Counting.View(b, y, [1, 4, 16], "view", first, Counting.Longs(b, "rest", -1));

        AssertCut(b.Build(b.Dense(b.Flatten(view), 2), b.GlobalAveragePool(b.Conv(x, 2, Window.Same(1)))), "x,y");
    }

    [Fact]
    public void A_number_of_channels_that_cannot_go_is_like_any_other()
    {
        var b = new GraphBuilder("input", 1);
        var input = b.Input(2, 4, 4);
        var x = b.Conv(input, 4, Window.Same(1), name: "x");
        var view = Counting.View(b, x, [1, 4, 2, 8], "view", Counting.Extent(b, input, 0), Counting.Longs(b, "own", 4), Counting.Extent(b, input, 1), Counting.Longs(b, "rest", -1));

        AssertCut(b.Build(b.Dense(b.Flatten(view), 2)), "x");
    }

    private static void AssertCut(ModelGraph graph, string layers)
    {
        var analysis = PruningGraph.Analyze(graph);
        var group = analysis.GroupOf("x")!;
        Assert.True(group.Prunable, group.FrozenReason);
        Assert.Equal(layers, string.Join(',', group.Layers));
        foreach (var cut in new int[][] { [1], [0, 3], [1, 2, 3] })
        {
            var (pruned, masked) = RandomCuts.Prune(graph, analysis, new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = cut });
            RandomCuts.AssertSame(masked, pruned, RandomNet.Images(graph, 1));
        }
    }
}
