using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;

namespace CPrune.Pruning.Tests.Saliency;

public class SaliencyTests
{
    [Fact]
    public void L1_adds_up_the_weights_of_all_coupled_filters()
    {
        var (context, group) = TwoLayers([1, -2, 0, 3, 1, 1], [2, 2, 0.5f]);

        Assert.Equal([1 + 2 + 2, 0 + 3 + 2, 1 + 1 + 0.5], new L1Saliency().Scores(context, group));
    }

    [Fact]
    public void L2_is_the_length_of_all_coupled_filters_together()
    {
        var (context, group) = TwoLayers([1, -2, 0, 3, 1, 1], [2, 0, 0]);

        Assert.Equal([3, 3, Math.Sqrt(2)], new L2Saliency().Scores(context, group));
    }

    [Fact]
    public void The_lowest_go_first_and_ties_by_index()
    {
        var (context, group) = TwoLayers([1, 1, 2, 0, 0, 1], [0, 0, 1]);

        Assert.Equal([2, 2, 2], new L1Saliency().Scores(context, group));
        Assert.Equal([0, 1], new L1Saliency().Lowest(context, group, 2));
        var (other, same) = TwoLayers([9, 1, 5, 0, 0, 1], [0, 0, 1]);
        Assert.Equal([1, 2], new L1Saliency().Lowest(other, same, 2));
    }

    [Fact]
    public void The_last_filter_of_a_layer_stays()
    {
        var (two, group) = TwoLayers([1, 1, 2, 0, 0, 1], [0, 0, 1]);
        Assert.Equal([0, 1], new L1Saliency().Lowest(two, group, 3));

        var b = new GraphBuilder("parts", 1);
        var halves = b.Split(b.Conv(b.Input(3, 4, 4), 6, Window.Same(1), name: "conv"), 2);
        var parted = b.Build(b.Conv(b.Concat([halves[1], halves[0]]), 2, Window.Same(1)));
        var context = new SaliencyContext(parted, PruningGraph.Analyze(parted));
        var lowest = new L1Saliency().Lowest(context, context.Analysis.GroupOf("conv")!, 5);
        Assert.Equal((2, 2), (lowest.Count(p => p < 3), lowest.Count(p => p >= 3)));
    }

    [Fact]
    public void A_loss_curve_adds_up_the_lowest_as_shares_of_the_group()
    {
        var (context, group) = TwoLayers([1, 0, 5, 0, 2, 0], [0, 0, 0]);
        Assert.Equal([0, 1 / 8.0, 3 / 8.0], new L1Saliency().LossCurve(context, group));

        var (dead, same) = TwoLayers([0, 0, 0, 0, 0, 0], [0, 0, 0]);
        Assert.Equal([0, 0, 0], new L1Saliency().LossCurve(dead, same));
    }

    [Fact]
    public void More_than_all_is_refused()
    {
        var (context, group) = TwoLayers([1, 1, 2, 0, 0, 1], [0, 0, 1]);

        Assert.Throws<ArgumentOutOfRangeException>(() => new L1Saliency().Lowest(context, group, 4));
    }

    /// <summary>Two coupled 1×1 convolutions with three filters each: one over two channels, one over one.</summary>
    private static (SaliencyContext Context, ChannelGroup Group) TwoLayers(float[] first, float[] second)
    {
        var b = new GraphBuilder("two", 1);
        var input = b.Input(2, 4, 4);
        var narrow = b.Conv(input, 1, Window.Same(1), name: "narrow");
        var sum = b.Add(b.Conv(input, 3, Window.Same(1), name: "first"), b.Conv(narrow, 3, Window.Same(1), name: "second"));
        var graph = b.Build(b.Conv(sum, 2, Window.Same(1), name: "reader"))
            .WithInitializer("first.weight", Tensor.Of(first, 3, 2, 1, 1))
            .WithInitializer("second.weight", Tensor.Of(second, 3, 1, 1, 1));
        var context = new SaliencyContext(graph, PruningGraph.Analyze(graph));
        return (context, context.Analysis.GroupOf("first")!);
    }
}
