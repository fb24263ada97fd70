using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Tests;
using CPrune.Training.Modules;
using CPrune.Training.Recipes;
using CPrune.Training.Tests.Modules;
using CsCheck;

namespace CPrune.Training.Tests.Recipes;

public class PrecisionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Training_in_bfloat16_learns_64_images_by_heart(bool distils)
    {
        var images = SmallData.Images(64);
        var teacher = SmallData.Train(SmallData.Network(seed: 2), images, SmallData.Recipe(64 * 60));
        var recipe = SmallData.Recipe(64 * 60) with { Precision = TrainingPrecision.BFloat16, Distillation = distils ? 0.5 : 0 };
        Assert.InRange(SmallData.Evaluate(SmallData.Train(SmallData.Network(), images, recipe, teacher), images).Top1, 0.98, 1);
    }

    [Fact]
    public void Weights_stay_in_32_bits()
    {
        var trained = SmallData.Train(SmallData.Network(), SmallData.Images(64), SmallData.Recipe(256) with { Precision = TrainingPrecision.BFloat16 });
        const int BitsThatBFloat16Lacks = 0xFFFF;
        Assert.All(trained.Initializers.Values, t => Assert.Contains(t.Floats.ToArray(), v => (BitConverter.SingleToInt32Bits(v) & BitsThatBFloat16Lacks) != 0));
    }

    [Fact]
    public void Layers_are_computed_in_it_and_nowhere_else()
    {
        var graph = SmallData.Network();
        var images = Referee.Data(1, 4, 3, 32, 32);
        var (exact, rounded) = (TorchRuns.Scores(graph, images), TorchRuns.Scores(graph, images, ForwardPass.Inference with { Precision = TrainingPrecision.BFloat16 }));
        Assert.NotEqual(exact.Floats.ToArray(), rounded.Floats.ToArray());
        Referee.AssertClose(exact, rounded, 0.02);
    }

    [Fact]
    public void Random_networks_compute_nearly_the_same_in_it() => RandomNets.Any.Sample(graph =>
    {
        var images = Referee.Data(1, 3, 3, 12, 10);
        Referee.AssertClose(TorchRuns.Scores(graph, images), TorchRuns.Scores(graph, images, ForwardPass.Inference with { Precision = TrainingPrecision.BFloat16 }), 0.1);
    }, iter: 60);

    [Fact]
    public void Numbers_among_the_inputs_are_read_as_they_are()
    {
        var b = new GraphBuilder("clipped", 1);
        var (low, high) = (b.Constant("low", Tensor.Of([0f])), b.Constant("high", Tensor.Of([6f])));
        var x = b.Node("Clip", [b.Conv(b.Input(3, 8, 8), 8, Window.Same(3)), low, high], [8, 8, 8]);
        var graph = b.Build(b.Dense(b.Flatten(x), 4));
        var images = Referee.Data(2, 2, 3, 8, 8);
        Referee.AssertClose(TorchRuns.Scores(graph, images), TorchRuns.Scores(graph, images, ForwardPass.Inference with { Precision = TrainingPrecision.BFloat16 }), 0.02);
    }
}
