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
        Assert.InRange(SmallData.Evaluate(SmallData.Train(SmallData.Network(), images, recipe, new Teacher(teacher)), images).Top1, 0.98, 1);
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

    [Theory]
    [InlineData(0f, 6f)]
    [InlineData(0f, null)]
    [InlineData(null, 6f)]
    [InlineData(float.MinValue, float.MaxValue)] // As exporters write that there is no bound.
    public void Clips_are_computed_in_it(float? low, float? high)
    {
        var b = new GraphBuilder("clipped", 1);
        var bounds = new[] { low is { } l ? b.Constant("low", Tensor.Of([l])) : "", high is { } h ? b.Constant("high", Tensor.Of([h])) : "" };
        var x = b.Node("Clip", [b.Conv(b.Input(3, 8, 8), 8, Window.Same(3)), .. bounds], [8, 8, 8]);
        AssertNearlyTheSame(b.Build(b.Dense(b.Flatten(x), 4)), Referee.Data(2, 2, 3, 8, 8));
    }

    [Fact]
    public void A_step_in_it_is_another_than_in_32_bits()
    {
        var recipe = SmallData.Recipe(32);
        var (exact, mixed) = (SmallData.Train(SmallData.Network(), SmallData.Images(32), recipe), SmallData.Train(SmallData.Network(), SmallData.Images(32), recipe with { Precision = TrainingPrecision.BFloat16 }));
        Assert.All(exact.Initializers.Where(t => t.Value.Shape.Length == 4), t => Assert.NotEqual(t.Value.Floats.ToArray(), mixed.Initializers[t.Key].Floats.ToArray()));
    }

    private static void AssertNearlyTheSame(ModelGraph graph, Tensor images) =>
        Referee.AssertClose(TorchRuns.Scores(graph, images), TorchRuns.Scores(graph, images, ForwardPass.Inference with { Precision = TrainingPrecision.BFloat16 }), 0.02);
}
