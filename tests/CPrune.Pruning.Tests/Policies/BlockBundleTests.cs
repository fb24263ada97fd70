using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Runs;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class BlockBundleTests
{
    private const int Blocks = 24;

    /// <summary>Worth less the later they stand.</summary>
    private static readonly IReadOnlyDictionary<string, double> s_worth = Enumerable.Range(0, Blocks).ToDictionary(i => $"sum{i}", i => 0.5 - (0.01 * i));

    [Fact]
    public void TheLeastSensitiveBlocksThatMakeAStepGo()
    {
        var option = Of()!;
        Assert.Equal(["sum23", "sum22", "sum21"], option.Blocks);
        Assert.Equal(("blocks", "3 blocks", 6), (option.Key, option.TaskLabel, option.Layers.Length));
        Assert.StartsWith("without sum23 (loss +0.27), sum22 (", option.StepReason, StringComparison.Ordinal);
        Assert.Equal(3, option.ToCut().Extent);
    }

    [Fact]
    public void TheyStandAmongTheTasksWithAllTheirTime()
    {
        var view = View(out var model);
        var option = BlockBundle.Of(view, WalkMemory.Of([]))!;
        Assert.Equal(model.Layers.SelectMany(t => t.Layers).Where(l => l.StartsWith("inner", StringComparison.Ordinal) || l.StartsWith("back", StringComparison.Ordinal)).Sum(view.SecondsOf), option.TotalSeconds, 1e-12);
        Assert.True(option.TotalMacs > 0);
    }

    [Fact]
    public void AfterTooLargeALossHalfAsManyGoAndThenNone()
    {
        Assert.Equal(["sum23"], Of(Outcome(3, Verdict.TooInaccurate))!.Blocks);
        Assert.Null(Of(Outcome(3, Verdict.TooInaccurate), Outcome(1, Verdict.TooInaccurate)));
    }

    [Fact]
    public void WhereTheyWereNotFasterMoreGo() => Assert.Equal(4, Of(Outcome(3, Verdict.TooSlow))!.Blocks.Length);

    /// <summary>Both blocks are among the least sensitive; the inner one goes with the outer.</summary>
    [Fact]
    public void ABlockThatLiesInOneThatGoesIsNoOther()
    {
        var model = LawfulKernels.Model(Nested());
        var view = Views.Of(model, sensitivities: new FakeSensitivities(new Dictionary<string, double> { ["outer"] = 0.01, ["inner"] = 0.02 }));
        var option = BlockBundle.Of(view, WalkMemory.Of([]))!;
        Assert.Equal(["outer"], option.Blocks);
        Assert.Equal(1, option.ToCut().Extent);
        Assert.Equal(["before", "one", "two", "after"], option.Layers);
        Assert.Equal((option.Layers.Sum(view.SecondsOf), view.MacsOf(option.Layers), 64), (option.TotalSeconds, option.TotalMacs, option.Filters));
        Assert.Null(BlockBundle.Of(view, WalkMemory.Of([new CutOutcome(1, BlockBundle.Key, 64, Verdict.TooSlow, 1)])));
    }

    [Fact]
    public void LayersOfTwoBlocksCountOnce()
    {
        var model = LawfulKernels.Model(Nested());
        var view = Views.Of(model, sensitivities: new FakeSensitivities(new Dictionary<string, double> { ["outer"] = 0.02, ["inner"] = 0.01 }));
        var option = BlockBundle.Of(view, WalkMemory.Of([new CutOutcome(1, BlockBundle.Key, 32, Verdict.TooSlow, 1)]))!;
        Assert.Equal(["inner", "outer"], option.Blocks);
        Assert.Equal(new[] { "before", "one", "two", "after" }.Sum(view.SecondsOf), option.TotalSeconds, 1e-12);
        Assert.Equal(64, option.Filters);
    }

    /// <summary>A tenth of the time is wanted: the least sensitive block has less, and with the next it would be most of the model.</summary>
    [Fact]
    public void ABlockThatWouldMakeItFarTooMuchIsLeftForTheNextCut()
    {
        var b = new GraphBuilder("uneven", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "trunk"));
        foreach (var (name, filters) in new[] { ("small", 6), ("large", 64) })
            x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, filters, Window.Same(3), name: $"{name}1")), 16, Window.Same(3), name: $"{name}2"), x, name: name));
        var model = LawfulKernels.Model(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
        var view = Views.Of(model, sensitivities: new FakeSensitivities(new Dictionary<string, double> { ["small"] = 0.01, ["large"] = 0.02 }));
        Assert.InRange((view.SecondsOf("small1") + view.SecondsOf("small2")) / view.TotalSeconds, 0.01, 0.099);
        Assert.Equal(["small"], BlockBundle.Of(view, WalkMemory.Of([]))!.Blocks);
        // One block goes however large it is, and where one was not faster another one with it.
        var first = Views.Of(model, sensitivities: new FakeSensitivities(new Dictionary<string, double> { ["small"] = 0.02, ["large"] = 0.01 }));
        Assert.Equal(["large"], BlockBundle.Of(first, WalkMemory.Of([]))!.Blocks);
        Assert.Equal(["small", "large"], BlockBundle.Of(view, WalkMemory.Of([Outcome(1, Verdict.TooSlow)]))!.Blocks);
    }

    private static CutOption? Of(params CutOutcome[] history) => BlockBundle.Of(View(out _), WalkMemory.Of(history));

    private static CutOutcome Outcome(int blocks, Verdict verdict) => new(1, BlockBundle.Key, 99, verdict, blocks);

    private static PolicyView View(out TunedModel model) => Views.Of(model = LawfulKernels.Model(Deep()), sensitivities: new FakeSensitivities(s_worth));

    private static ModelGraph Nested()
    {
        var b = new GraphBuilder("nested", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "trunk"));
        var y = b.Relu(b.Conv(x, 16, Window.Same(3), name: "before"));
        y = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(y, 16, Window.Same(3), name: "one")), 16, Window.Same(3), name: "two"), y, name: "inner"));
        x = b.Relu(b.Add(b.Conv(y, 16, Window.Same(3), name: "after"), x, name: "outer"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }

    private static ModelGraph Deep()
    {
        var b = new GraphBuilder("deep", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "trunk"));
        for (var i = 0; i < Blocks; i++)
            x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 16, Window.Same(3), name: $"inner{i}")), 16, Window.Same(3), name: $"back{i}"), x, name: $"sum{i}"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
