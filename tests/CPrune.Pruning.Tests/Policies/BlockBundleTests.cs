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

    private static CutOption? Of(params CutOutcome[] history) => BlockBundle.Of(View(out _), WalkMemory.Of(history));

    private static CutOutcome Outcome(int blocks, Verdict verdict) => new(1, BlockBundle.Key, 99, verdict, blocks);

    private static PolicyView View(out TunedModel model) => Views.Of(model = LawfulKernels.Model(Deep()), sensitivities: new FakeSensitivities(s_worth));

    private static ModelGraph Deep()
    {
        var b = new GraphBuilder("deep", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "trunk"));
        for (var i = 0; i < Blocks; i++)
            x = b.Relu(b.Add(b.Conv(b.Relu(b.Conv(x, 16, Window.Same(3), name: $"inner{i}")), 16, Window.Same(3), name: $"back{i}"), x, name: $"sum{i}"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
