using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;
using CPrune.Training.Attribution;
using CPrune.Training.Data;
using CPrune.Training.Modules;
using CPrune.Training.Tests.Modules;

namespace CPrune.Training.Tests.Attribution;

public class TorchAttributionTests
{
    private const int Count = 32;

    private static readonly TorchAttribution Torch = new();

    /// <summary>The derivative of the loss along each weight tensor, against central differences of the reference evaluator.</summary>
    [Fact]
    public void Contributions_to_the_loss_are_its_derivatives()
    {
        var graph = Network();
        var sample = RandomImages.Sample(graph, Count);
        var contributions = Assert.Single(Torch.ToLoss(graph, sample, TestContext.Current.CancellationToken));

        Assert.Equal(Count, contributions.Images);
        Assert.Equal(["bn.bias", "bn.weight", "fc.bias", "fc.weight", "first.bias", "first.weight", "second.weight"], contributions.ByWeight.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, contribution) in contributions.ByWeight)
        {
            Assert.Equal(graph.Initializers[name].Shape, contribution.Shape);
            const double Step = 1e-2;
            var expected = (Loss(Scaled(graph, name, 1 + Step), sample) - Loss(Scaled(graph, name, 1 - Step), sample)) / (2 * Step);
            Assert.Equal(expected, contribution.Floats.ToArray().Sum(c => (double)c), 2e-3);
        }
    }

    [Fact]
    public void Relevance_is_conserved_from_layer_to_layer()
    {
        var b = new GraphBuilder("chain", 3);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 5, Window.Same(3), name: "first"));
        x = b.MaxPool(b.Clip(b.Conv(x, 6, Window.Same(3), name: "second"), 0, 6), Window.Valid(2, 2));
        x = b.Relu(b.BatchNorm(b.Conv(x, 6, Window.Same(1), name: "third"), randomStatistics: true));
        x = b.Relu(b.Conv(b.Concat([x, x]), 8, Window.Same(3), 2, name: "grouped"));
        var graph = b.Build(b.Dense(b.Flatten(b.AveragePool(x, Window.Same(3))), 4, "fc"));

        var relevance = Relevance(graph);

        Assert.All(relevance.Values, r => Assert.True(r.Floats.ToArray().Min() >= 0));
        foreach (var layer in (string[])["first", "second", "third", "grouped", "fc"])
            Assert.Equal(Count, relevance[$"{layer}.weight"].Floats.ToArray().Sum(r => (double)r), 0.01 * Count);
    }

    [Fact]
    public void Branches_share_what_their_sum_gets()
    {
        var b = new GraphBuilder("branches", 3);
        var x = b.Relu(b.Conv(b.Input(3, 6, 6), 5, Window.Same(3), name: "stem"));
        var gate = b.Unary("Sigmoid", b.Conv(b.GlobalAveragePool(x), 5, Window.Valid(1), name: "gate"));
        var sum = b.Add(b.Conv(x, 5, Window.Same(1), name: "left"), b.Binary("Mul", b.Conv(x, 5, Window.Same(1), name: "right"), gate));
        var graph = b.Build(b.Dense(b.Flatten(b.Relu(sum)), 4, "fc"));

        var relevance = Relevance(graph).ToDictionary(r => r.Key, r => r.Value.Floats.ToArray().Sum(w => (double)w));

        Assert.Equal(Count, relevance["left.weight"] + relevance["right.weight"] + relevance["gate.weight"], 0.01 * Count);
        Assert.Equal(relevance["right.weight"], relevance["gate.weight"], 0.01 * Count);
        Assert.Equal(Count, relevance["stem.weight"], 0.01 * Count);
    }

    [Fact]
    public void Relevance_is_shared_by_the_magnitude_of_contributions()
    {
        var b = new GraphBuilder("two", 1);
        var x = b.Relu(b.Conv(b.Input(1, 2, 2), 2, Window.Valid(1), name: "units"));
        var graph = b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 2, "fc"))
            .WithInitializer("units.weight", Tensor.Of([1f, 1f], 2, 1, 1, 1))
            .WithInitializer("fc.weight", Tensor.Of([3f, 1f, -1f, 2f], 2, 2));

        // Both units are equal; half of the images are of each class.
        float[] expected = [Count * 3 / 8f, Count / 8f, Count / 6f, Count / 3f];
        Assert.Equal(expected, Relevance(graph)["fc.weight"].Floats.ToArray(), (wanted, actual) => Math.Abs(wanted - actual) < 1e-3 * Count);
    }

    [Fact]
    public void Values_are_those_of_inference()
    {
        var graph = RandomNets.Build(5);
        var images = Referee.Data(1, 3, 3, 12, 10);
        Referee.AssertClose(TorchRuns.Scores(graph, images), TorchRuns.Scores(graph, images, ForwardPass.Relevance), 1e-5);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_images_are_limited()
    {
        var graph = Network();
        var sample = RandomImages.Sample(graph, 150) with { Count = 64 };
        float[][] Run(ImageSample of) => [.. Torch.ToLoss(graph, of, TestContext.Current.CancellationToken).Select(c => c.ByWeight["first.weight"].Floats.ToArray())];

        var first = Run(sample);

        Assert.Equal(2, first.Length);
        Assert.Equal(first, Run(sample));
        Assert.NotEqual(first, Run(sample with { Seed = 2 }));
        Assert.Equal(5, Run(sample with { Count = 1000 }).Length);
    }

    private static IReadOnlyDictionary<string, Tensor> Relevance(ModelGraph graph) =>
        Assert.Single(Torch.ToAnswers(graph, RandomImages.Sample(graph, Count), TestContext.Current.CancellationToken)).ByWeight;

    private static ModelGraph Network()
    {
        var b = new GraphBuilder("small", 2);
        var x = b.Unary("Sigmoid", b.Conv(b.Input(3, 5, 5), 4, Window.Same(3), bias: true, name: "first"));
        x = b.Unary("Tanh", b.BatchNorm(b.Conv(x, 4, Window.Same(3), name: "second"), randomStatistics: true, name: "bn"));
        return b.Build(b.Dense(b.Flatten(x), 4, "fc"));
    }

    private static ModelGraph Scaled(ModelGraph graph, string name, double factor)
    {
        var weight = graph.Initializers[name];
        return graph.WithInitializer(name, Tensor.Of([.. weight.Floats.ToArray().Select(w => (float)(w * factor))], weight.Shape));
    }

    private static double Loss(ModelGraph graph, ImageSample sample)
    {
        var images = sample.Images;
        var scores = ReferenceEvaluator.Run(graph, RandomImages.Values(sample));
        var classes = scores.Shape[1];
        return Enumerable.Range(0, images.Count).Average(i =>
        {
            var own = scores.Floats.Slice(i * classes, classes).ToArray().Select(s => (double)s).ToArray();
            return Math.Log(own.Sum(Math.Exp)) - own[images.Labels[i]];
        });
    }
}
