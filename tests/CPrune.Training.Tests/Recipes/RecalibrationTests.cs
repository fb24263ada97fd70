using CPrune.Graph;
using CPrune.Graph.Onnx;
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
