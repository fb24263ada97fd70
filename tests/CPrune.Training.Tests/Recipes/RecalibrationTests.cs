using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Training.Tests.Recipes;

public class RecalibrationTests
{
    private static readonly TrainingRecipe Only = SmallData.Recipe(0) with { RecalibrationImages = 256 };

    [Fact]
    public void Only_statistics_change()
    {
        var graph = SmallData.Network();
        var after = SmallData.Train(graph, SmallData.Images(256), Only);
        foreach (var (name, tensor) in graph.Initializers)
        {
            var same = tensor.Floats.SequenceEqual(after.Initializers[name].Floats);
            Assert.Equal(!name.Contains(".running_", StringComparison.Ordinal), same);
        }
    }

    [Fact]
    public void New_statistics_do_not_depend_on_the_old_ones()
    {
        var graph = SmallData.Network();
        var spoiled = graph.WithInitializers(graph.Initializers.Where(i => i.Key.Contains("running", StringComparison.Ordinal))
            .Select(i => KeyValuePair.Create(i.Key, Tensor.Of([.. Enumerable.Repeat(17f, i.Value.Count)], i.Value.Count))));
        var images = SmallData.Images(256);
        Assert.Equal(OnnxFile.ToBytes(SmallData.Train(graph, images, Only)), OnnxFile.ToBytes(SmallData.Train(spoiled, images, Only)));
    }

    /// <summary>
    /// A batch norm that sees the images themselves; batches differ in brightness, so that it matters how much each weighs.
    /// </summary>
    [Fact]
    public void They_are_the_plain_averages_of_all_batches()
    {
        const int BatchSize = 128, Batches = 4;
        var (images, recipe) = (Greys(Batches * BatchSize), Only with { RecalibrationImages = ((Batches - 1) * BatchSize) + 1 });
        var b = new GraphBuilder("norm first", 1);
        var after = SmallData.Train(b.Build(b.Dense(b.Flatten(b.BatchNorm(b.Input(3, 4, 4), name: "norm")), 12)), images, recipe);
        var stop = TestContext.Current.CancellationToken;
        var batches = BatchStream.Sample(images, SmallData.Normalization, BatchSize, Batches, recipe.Seed, stop).ToList();
        for (var c = 0; c < images.Channels; c++)
        {
            var moments = batches.Select(batch => Moments([.. batch.Pixels.Where((_, i) => i % images.Channels == c)])).ToList();
            Assert.True(moments.Max(m => m.Mean) - moments.Min(m => m.Mean) > 0.05, "the batches are too much alike");
            Assert.Equal(moments.Average(m => m.Mean), after.Initializers["norm.running_mean"].Floats[c], 1e-4);
            Assert.Equal(moments.Average(m => m.Variance), after.Initializers["norm.running_var"].Floats[c], 1e-4);
        }
    }

    /// <summary>Mean, and variance with n − 1 as torch keeps it.</summary>
    private static (double Mean, double Variance) Moments(float[] values)
    {
        var mean = values.Average(v => (double)v);
        return (mean, values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    /// <summary>4 × 4 pixels of noise, each image brighter than the one before.</summary>
    private static ImageSet Greys(int count)
    {
        var (pixels, random) = (new byte[count * 3 * 4 * 4], new Random(1));
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)((i * 200L / pixels.Length) + random.Next(56));
        var (one, labels) = (SmallData.Images(1), Enumerable.Range(0, count).Select(i => i % 12));
        return one with { Height = 4, Width = 4, Pixels = pixels, Labels = [.. labels] };
    }

    [Fact]
    public void They_bring_back_the_accuracy_that_spoiled_statistics_cost()
    {
        var images = SmallData.Images(256);
        var trained = SmallData.Train(SmallData.Network(), images, SmallData.Recipe(256 * 8));
        var spoiled = trained.WithInitializers(trained.Initializers.Where(i => i.Key.EndsWith("running_var", StringComparison.Ordinal))
            .Select((i, layer) => KeyValuePair.Create(i.Key, Tensor.Of([.. i.Value.Floats.ToArray().Select((v, c) => v * (c % 2 == 0 ? 30 : 0.03f))], i.Value.Count))));
        var (before, broken, after) = (SmallData.Evaluate(trained, images), SmallData.Evaluate(spoiled, images), SmallData.Evaluate(SmallData.Train(spoiled, images, Only), images));
        Assert.True(broken.Top1 < before.Top1 - 0.3, $"the statistics were not spoiled: {before.Top1} → {broken.Top1}");
        Assert.InRange(after.Top1, before.Top1 - 0.1, 1);
    }
}
