using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Surgery;
using CPrune.Pruning.Tests.Groups;
using CPrune.Training.Attribution;
using CPrune.Training.Tests.Attribution;
using CsCheck;

namespace CPrune.Pruning.Tests.Saliency;

/// <summary>What holds of every saliency, on random networks with everything that couples channels, and with torch behind it.</summary>
public class SaliencyPropertyTests
{
    private static readonly ISaliency[] All =
    [
        new L1Saliency(), new L2Saliency(), new FpgmSaliency(), new BatchNormSaliency(), new TaylorSaliency(), new FlexRelSaliency(0.3), new FlexRelSaliency(1),
    ];

    [Fact]
    public void Scores_are_finite_and_not_negative_and_curves_rise_from_zero() => Sample(seed =>
    {
        var context = Context(RandomNet.Make(seed));
        foreach (var saliency in All)
        {
            foreach (var group in context.Analysis.Groups.Where(g => g.Prunable))
            {
                var (scores, curve) = (saliency.Scores(context, group), saliency.LossCurve(context, group));
                Assert.Equal(group.Channels, scores.Count);
                Assert.All(scores, s => Assert.True(s >= 0 && double.IsFinite(s), $"{saliency.Name}: {s}"));
                Assert.Equal(0, curve[0]);
                Assert.True(curve.Length - 1 < group.Channels);
                Assert.All(curve.Zip(curve.Skip(1)), step => Assert.True(step.Second >= step.First && double.IsFinite(step.Second)));
            }
        }
    });

    /// <summary>Filters in another order are the same filters: scores go with them.</summary>
    [Fact]
    public void Permuted_filters_have_permuted_scores() => Sample(seed =>
    {
        var before = Context(RandomNet.Make(seed));
        var orders = before.Analysis.Groups.Where(g => g.Prunable && IsFree(g, before.Analysis)).ToDictionary(g => g.Id, g => Shuffled(g.Channels, seed));
        var after = Context(Permuted(before, orders));
        foreach (var saliency in All)
        {
            foreach (var (id, order) in orders)
            {
                var (was, now) = (saliency.Scores(before, before.Analysis.Groups[id]), saliency.Scores(after, after.Analysis.Groups[id]));
                var scale = was.Max() + 1e-9;
                for (var p = 0; p < order.Length; p++) Assert.True(Math.Abs(was[order[p]] - now[p]) <= 1e-3 * scale, $"{saliency.Name}: {was[order[p]]} became {now[p]}");
            }
        }
    });

    /// <summary>The gradient along a gate that opens and closes what a removal takes away, against differences of the loss.</summary>
    [Fact]
    public void Taylor_is_the_squared_slope_of_the_loss_towards_a_removal() => Sample(seed =>
    {
        var graph = RandomNet.Make(seed);
        var sample = RandomImages.Sample(graph, 32);
        var context = Context(graph);
        var images = RandomImages.Values(sample);
        foreach (var group in context.Analysis.Groups.Where(g => g.Prunable))
        {
            var position = Enumerable.Range(0, group.Channels).First(p => new KeptParts(group).TryTake(p));
            var slope = Slope(context, group, position, images, sample.Images.Labels);
            Assert.Equal(slope * slope, new TaylorSaliency().Scores(context, group)[position], 1e-3 + (0.05 * slope * slope));
        }
    });

    private static double Slope(SaliencyContext context, ChannelGroup group, int position, Tensor images, IReadOnlyList<int> labels)
    {
        const float Step = 2e-3f;
        var cut = new Dictionary<int, IReadOnlyCollection<int>> { [group.Id] = [position] };
        var masked = ChannelMasker.Mask(context.Graph, context.Analysis, cut);
        return (Loss(Between(context.Graph, masked, -Step), images, labels) - Loss(Between(context.Graph, masked, Step), images, labels)) / (2 * Step);
    }

    /// <summary>A share of the way from one model to another.</summary>
    private static ModelGraph Between(ModelGraph one, ModelGraph other, float share) => one.WithInitializers(one.Initializers
        .Where(i => i.Value.Type == ElementType.Float32)
        .Select(i => KeyValuePair.Create(i.Key, Tensor.Of(
            [.. i.Value.Floats.ToArray().Zip(other.Initializers[i.Key].Floats.ToArray(), (a, b) => a + (share * (b - a)))], i.Value.Shape))));

    private static double Loss(ModelGraph graph, Tensor images, IReadOnlyList<int> labels)
    {
        var scores = ReferenceEvaluator.Run(graph, images);
        var classes = scores.Shape[1];
        return labels.Select((label, i) =>
        {
            var own = scores.Floats.Slice(i * classes, classes).ToArray().Select(s => (double)s).ToArray();
            return Math.Log(own.Sum(Math.Exp)) - own[label];
        }).Average();
    }

    private static void Sample(Action<int> check, int count = 12) => Gen.Int[0, int.MaxValue].Sample(check, iter: count, threads: 1, print: seed => $"RandomNet seed {seed}");

    private static SaliencyContext Context(ModelGraph graph) => new(
        graph, PruningGraph.Analyze(graph), new SaliencyImages(new TorchAttribution(), RandomImages.Sample(graph, 32), TestContext.Current.CancellationToken));

    /// <summary>Every layer makes every position once, in the same order, and no value holds a part of them.</summary>
    private static bool IsFree(ChannelGroup group, ChannelAnalysis analysis) =>
        group.Producers.All(p => p.Positions.SequenceEqual(Enumerable.Range(0, group.Channels)))
        && analysis.Values.Values.OfType<ChannelLayout.Known>().All(value =>
            value.Atoms.Select(analysis.PlaceOf).Where(p => p.Group == group.Id).CountBy(p => p.Position).Select(c => c.Value).ToList() is var counts
            && (counts.Count == 0 || (counts.Count == group.Channels && counts.Distinct().Count() == 1)));

    private static int[] Shuffled(int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(seed).Shuffle(order);
        return order;
    }

    /// <summary>The model that computes the same with the positions of groups in other orders.</summary>
    private static ModelGraph Permuted(SaliencyContext context, Dictionary<int, int[]> orders)
    {
        var (analysis, constants) = (context.Analysis, context.Constants);
        var permuted = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var (name, axes) in analysis.Parameters)
        {
            for (var axis = 0; axis < axes.Length; axis++)
            {
                if (axes[axis].Length == 0) continue;
                var indices = axes[axis].Select((atom, i) => (Place: analysis.PlaceOf(atom), Index: i)).ToLookup(a => a.Place, a => a.Index);
                var seen = new Dictionary<(int, int), int>();
                var order = axes[axis].Select((atom, i) =>
                {
                    var place = analysis.PlaceOf(atom);
                    if (!orders.TryGetValue(place.Group, out var other)) return i;
                    var number = seen[place] = seen.GetValueOrDefault(place, -1) + 1;
                    return indices[(place.Group, other[place.Position])].ElementAt(number);
                });
                permuted[name] = TensorChannels.Keep(permuted.GetValueOrDefault(name) ?? constants.TensorOf(name)!, axis, [.. order]);
            }
        }

        return ConstantWriter.Replace(context.Graph, permuted);
    }
}
