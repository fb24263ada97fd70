using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class BlockOptionsTests
{
    private static readonly TunedModel s_model = LawfulKernels.Model(Residual());

    [Fact]
    public void EveryBlockIsAnOptionWithItsTimeAndItsLayers()
    {
        var view = Views.Of(s_model);
        var options = BlockOptions.Of(view, WalkMemory.Of([]));
        Assert.Equal(["block sum0", "block sum1"], options.Select(o => o.Key));
        foreach (var (option, i) in options.Select((o, i) => (o, i)))
        {
            Assert.Equal([$"sum{i}"], option.Blocks);
            Assert.Equal([$"inner{i}", $"back{i}"], option.Layers);
            Assert.Equal(view.SecondsOf($"inner{i}") + view.SecondsOf($"back{i}"), option.TotalSeconds);
            Assert.Equal(view.MacsOf(option.Layers), option.TotalMacs);
            Assert.Equal(24 + 16, option.Filters);
            Assert.Equal((1, 40), (option.ToCut().Extent, option.ToCut().Filters));
            Assert.Empty(option.GroupIds);
        }

        Assert.Equal(["the whole block but its shortcut", "the whole block, its input goes through"], options.Select(o => o.StepReason));
    }

    [Theory]
    [InlineData(Verdict.TooSlow, false)]
    [InlineData(Verdict.TooInaccurate, false)]
    [InlineData(Verdict.Failed, false)]
    [InlineData(Verdict.Probed, true)]
    public void ABlockThatWasRefusedIsNotAskedAgain(Verdict verdict, bool isAsked)
    {
        var options = BlockOptions.Of(Views.Of(s_model), WalkMemory.Of([new CutOutcome(1, "block sum0", 40, verdict, 1)]));
        Assert.Equal(isAsked ? ["block sum0", "block sum1"] : ["block sum1"], options.Select(o => o.Key));
    }

    [Fact]
    public void ABlockWithALayerThatIsKeptStays()
    {
        var view = Views.Of(s_model, caps: [new LayerCap("--keep", "back1", 0)]);
        Assert.Equal(["block sum0"], BlockOptions.Of(view, WalkMemory.Of([])).Select(o => o.Key));
    }

    /// <summary>Two blocks, the first with a projection.</summary>
    private static ModelGraph Residual()
    {
        var b = new GraphBuilder("residual", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 8, Window.Same(3), name: "trunk"));
        for (var i = 0; i < 2; i++)
        {
            var shortcut = i == 0 ? b.Conv(x, 16, Window.Same(1), name: "projection") : x;
            x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 24, Window.Same(3), name: $"inner{i}")), 16, Window.Same(3), name: $"back{i}"), shortcut, name: $"sum{i}"));
        }

        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
