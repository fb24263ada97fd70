using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Training.Attribution;
using CPrune.Training.Tests.Attribution;

namespace CPrune.Pruning.Tests.Saliency;

/// <summary>Each saliency on a model made by hand, where it is known what it has to say.</summary>
public class KnownRankingTests
{
    [Fact]
    public void The_geometric_median_is_in_the_middle_of_the_filters()
    {
        // Points of a plane, at 0, 5, 10, 50 and −5 along a line: the second is nearest to all others together.
        var context = Context(OneLayer([0, 0, 3, 4, 6, 8, 30, 40, -3, -4]));

        Assert.Equal([70, 65, 70, 190, 85], Scores(new FpgmSaliency(), context, "layer"));
        Assert.Equal([1], new FpgmSaliency().Lowest(context, context.Analysis.GroupOf("layer")!, 1));
    }

    [Fact]
    public void Distances_of_coupled_layers_are_added_up()
    {
        var b = new GraphBuilder("sum", 1);
        var input = b.Input(2, 4, 4);
        var sum = b.Add(b.Conv(input, 2, Window.Same(1), name: "layer"), b.Conv(input, 2, Window.Same(1), name: "other"));
        var graph = b.Build(b.Conv(sum, 2, Window.Same(1)))
            .WithInitializer("layer.weight", Tensor.Of([0f, 0f, 3f, 4f], 2, 2, 1, 1)).WithInitializer("other.weight", Tensor.Of([0f, 0f, 6f, 8f], 2, 2, 1, 1));

        Assert.Equal([15, 15], Scores(new FpgmSaliency(), Context(graph), "layer"));
    }

    [Fact]
    public void Filters_of_a_matrix_may_be_its_columns()
    {
        var b = new GraphBuilder("matrix", 1);
        var x = b.Flatten(b.GlobalAveragePool(b.Input(2, 4, 4)));
        var weight = b.Constant("layer.weight", Tensor.Of([0f, 3f, 6f, 0f, 4f, 8f], 2, 3));
        var graph = b.Build(b.Dense(b.Node("MatMul", [x, weight], [1, 3], "layer"), 2));

        Assert.Equal([15, 10, 15], Scores(new FpgmSaliency(), Context(graph), "layer"));
    }

    [Fact]
    public void The_scale_of_batch_norm_is_found_behind_layers_sums_and_concatenations()
    {
        var b = new GraphBuilder("norms", 1);
        var input = b.Input(2, 4, 4);
        var left = b.BatchNorm(b.Conv(input, 2, Window.Same(1), name: "left"), name: "bn");
        var joined = b.BatchNorm(b.Concat([left, b.Conv(input, 2, Window.Same(1), name: "right")]), name: "both");
        var hidden = b.Relu(b.Dense(b.Flatten(b.GlobalAveragePool(joined)), 2, "hidden"));
        var context = Context(b.Build(b.Dense(hidden, 3))
            .WithInitializer("bn.weight", Tensor.Of([1f, -2f], 2)).WithInitializer("both.weight", Tensor.Of([0.5f, 0f, 4f, -3f], 4)));

        Assert.Equal([1.5, 2], Scores(new BatchNormSaliency(), context, "left"));
        Assert.Equal([4, 3], Scores(new BatchNormSaliency(), context, "right"));
        Assert.Equal(Scores(new L1Saliency(), context, "hidden"), Scores(new BatchNormSaliency(), context, "hidden"));
    }

    /// <summary>Channels without a norm would be nothing beside those that have one.</summary>
    [Fact]
    public void A_group_that_is_normed_in_part_is_judged_by_its_filters()
    {
        var b = new GraphBuilder("half", 1);
        var halves = b.Split(b.Conv(b.Input(2, 4, 4), 4, Window.Same(1), name: "layer"), 2);
        var context = Context(b.Build(b.Conv(b.Concat([halves[0], b.BatchNorm(halves[1], name: "bn")]), 2, Window.Same(1)))
            .WithInitializer("layer.weight", Tensor.Of([5f, 1f, 4f, 1f, 0f, 1f, 0f, 2f], 4, 2, 1, 1)).WithInitializer("bn.weight", Tensor.Of([1f, 9f], 2)));

        Assert.Equal([6, 5, 1, 2], Scores(new BatchNormSaliency(), context, "layer"));
        Assert.Equal([2], new BatchNormSaliency().Lowest(context, context.Analysis.GroupOf("layer")!, 1));
    }

    [Fact]
    public void A_model_without_batch_norm_is_not_judged_by_its_scale()
    {
        Assert.Equal(
            "it has no batch norm, or it was folded into the weights when the model was exported", new BatchNormSaliency().Obstacle(OneLayer([1, 2, 3, 4])));
        var b = new GraphBuilder("norm", 1);
        Assert.Null(new BatchNormSaliency().Obstacle(b.Build(b.BatchNorm(b.Input(3, 4, 4)))));
    }

    [Fact]
    public void Taylor_squares_what_all_readers_of_a_position_contribute_and_averages_over_batches()
    {
        var graph = OneLayer([1, 1, 1, 1, 1, 1]);
        var attribution = new FixedAttribution(
            new Dictionary<string, Tensor> { ["reader.weight"] = Tensor.Of([1f, 2f, 3f, -1f, 2f, 0f], 2, 3, 1, 1) },
            new Dictionary<string, Tensor> { ["reader.weight"] = Tensor.Of([2f, 0f, 0f, 0f, 0f, -1f], 2, 3, 1, 1) });
        var context = Context(graph, attribution);

        // Sums by column: 0, 4, 3 and 2, 0, −1.
        Assert.Equal([2, 8, 5], Scores(new TaylorSaliency(), context, "layer"));
        Assert.Equal([2, 8, 5], Scores(new TaylorSaliency(), context, "layer"));
        Assert.Equal(1, attribution.Passes);
    }

    [Fact]
    public void Taylors_curves_compare_groups()
    {
        var b = new GraphBuilder("two", 1);
        var x = b.Conv(b.Conv(b.Input(1, 4, 4), 2, Window.Same(1), name: "first"), 2, Window.Same(1), name: "second");
        var graph = b.Build(b.Conv(x, 1, Window.Same(1), name: "reader"));
        var context = Context(graph, new FixedAttribution(new Dictionary<string, Tensor>
        {
            ["second.weight"] = Tensor.Of([1f, 0f, 0f, 2f], 2, 2, 1, 1),
            ["reader.weight"] = Tensor.Of([3f, 4f], 1, 2, 1, 1),
        }));

        // Totals are 5 and 25, 15 on average.
        Assert.Equal([0, 1 / 15.0], new TaylorSaliency().LossCurve(context, context.Analysis.GroupOf("first")!));
        Assert.Equal([0, 9 / 15.0], new TaylorSaliency().LossCurve(context, context.Analysis.GroupOf("second")!));
    }

    [Fact]
    public void FlexRel_is_magnitude_at_0_relevance_at_1_and_their_mean_between()
    {
        var attribution = new FixedAttribution(new Dictionary<string, Tensor> { ["reader.weight"] = Tensor.Of([1f, 2f, 0f, 1f, 0f, 4f], 2, 3, 1, 1) });
        var context = Context(OneLayer([1, 1, 1, 0, 0, -1]), attribution);

        Assert.Equal([0.5, 0.25, 0.25], Scores(new FlexRelSaliency(0), context, "layer"));
        Assert.Equal(0, attribution.Passes);
        Assert.Equal([0.25, 0.25, 0.5], Scores(new FlexRelSaliency(1), context, "layer"));
        Assert.Equal([0.375, 0.25, 0.375], Scores(new FlexRelSaliency(0.5), context, "layer"));
        Assert.Equal("flexrel:0.5", new FlexRelSaliency().Name);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlexRelSaliency(1.1));
    }

    private static IReadOnlyList<double> Scores(ISaliency saliency, SaliencyContext context, string layer) =>
        saliency.Scores(context, context.Analysis.GroupOf(layer)!);

    private static SaliencyContext Context(ModelGraph graph, IAttribution? attribution = null) => new(
        graph, PruningGraph.Analyze(graph),
        attribution is null ? null : new SaliencyImages(attribution, RandomImages.Sample(graph, 1), TestContext.Current.CancellationToken));

    /// <summary>A 1×1 convolution over two channels, and one that reads it.</summary>
    private static ModelGraph OneLayer(float[] weight)
    {
        var b = new GraphBuilder("one", 1);
        var x = b.Conv(b.Input(2, 4, 4), weight.Length / 2, Window.Same(1), name: "layer");
        return b.Build(b.Conv(x, 2, Window.Same(1), name: "reader")).WithInitializer("layer.weight", Tensor.Of(weight, weight.Length / 2, 2, 1, 1));
    }

    /// <summary>The same contributions whatever the images, in batches of four, for the loss and for answers.</summary>
    private sealed class FixedAttribution(params Dictionary<string, Tensor>[] batches) : IAttribution
    {
        public int Passes { get; private set; }

        public IEnumerable<WeightContributions> ToLoss(ModelGraph graph, ImageSample sample, CancellationToken cancellation)
        {
            Passes++;
            return batches.Select(b => new WeightContributions(4, b));
        }

        public IEnumerable<WeightContributions> ToAnswers(ModelGraph graph, ImageSample sample, CancellationToken cancellation) =>
            ToLoss(graph, sample, cancellation);
    }
}
