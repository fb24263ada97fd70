using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Steps;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class CutOptionsTests
{
    [Fact]
    public void ACutSavesWhatACandidateIsWorth()
    {
        var view = View(new StructureStep());
        var (least, option) = (LeastStep(view), Wide(view));
        Assert.True(option.Filters > least, $"{option.Filters} filters, the least step is {least}");
        Assert.True(Saved(view, option.Filters) >= 0.05);
        Assert.True(Saved(view, option.Filters - least) < 0.05, $"{option.Filters} filters, the least step is {least}");
    }

    [Fact]
    public void WhereAnOrdinaryCutCostTooMuchLessIsTaken()
    {
        var view = View(new StructureStep());
        var first = Wide(view);
        var second = Wide(view, new CutOutcome(1, first.Key, first.Filters, Verdict.TooInaccurate));
        Assert.InRange(second.Filters, 1, first.Filters / 2);
    }

    [Fact]
    public void AfterACheapCutElsewhereItSavesMoreAndTakesHalfOfALayerThatCannot()
    {
        var view = View(new StructureStep());
        CutOutcome cheap = new(1, "elsewhere", 8, Verdict.Accepted, WasCheap: true);
        Assert.True(Wide(view, cheap).Filters > Wide(view).Filters);
        Assert.True(Saved(view, 256) < 0.1);
        Assert.InRange(Wide(view, cheap).Filters, 256, 256 + LeastStep(view));
        Assert.Equal(Wide(view, cheap).Filters, Wide(view, cheap, cheap).Filters);
    }

    /// <summary>Not even after a cheap cut of the same task, which otherwise asks for twice as much.</summary>
    [Fact]
    public void NearALatencyBudgetNoMoreIsTakenThanIsMissing()
    {
        var view = View(new StructureStep(), stillToSave: 0.02);
        var (least, first) = (LeastStep(view), Wide(view));
        Assert.True(first.Filters < Wide(View(new StructureStep())).Filters);
        Assert.True(Saved(view, first.Filters) >= 0.02);
        Assert.True(Saved(view, first.Filters - least) < 0.02, $"{first.Filters} filters, the least step is {least}");
        Assert.Equal(first.Filters, Wide(view, new CutOutcome(1, first.Key, first.Filters, Verdict.Accepted, WasCheap: true)).Filters);
    }

    [Fact]
    public void ThePapersStepIsTakenAsItIs()
    {
        var view = View(new PaperStep());
        Assert.Equal(LeastStep(view), Wide(view).Filters);
    }

    /// <summary>A turn of its loop is half of its filters, and a quarter may go: half of the register tile.</summary>
    [Fact]
    public void ACappedLayerIsOfferedWhatThereIsRoomFor()
    {
        var model = LawfulKernels.Model(InOneTile(filters: 64), ("tiled", FourVectors));
        Assert.Equal(32, Tiled(Views.Of(model))!.Filters);
        var capped = Tiled(Views.Of(model, caps: [new LayerCap("--max-cut", "tiled", 0.25)]))!;
        Assert.Equal(16, capped.Filters);
        Assert.Contains("(smaller register tile)", capped.StepReason, StringComparison.Ordinal);
        Assert.Null(Tiled(Views.Of(model, caps: [new LayerCap("--max-cut", "tiled", 0.1)])));
    }

    [Fact]
    public void ALayerInsideOneRegisterTileIsOfferedNarrowerCuts()
    {
        var view = Views.Of(LawfulKernels.Model(InOneTile(filters: 32), ("tiled", FourVectors)), caps: [new LayerCap("--max-cut", "tiled", 0.9)]);
        var offered = new List<string>();
        for (var option = Tiled(view)!; offered.Count < 4; option = Tiled(view, new CutOutcome(1, option.Key, option.Filters, Verdict.TooSlow))!)
            offered.Add($"{option.Filters} {option.StepReason[option.StepReason.LastIndexOf('(')..]}");
        Assert.Equal(["16 (smaller register tile)", "24 (smaller register tile)", "26 (masked tail)", "28 (narrower vectors)"], offered);
    }

    private static double Saved(PolicyView view, int filters) => filters * view.SecondsPerFilter([view.Analysis.GroupOf("wide")!]) / view.TotalSeconds;

    private static int LeastStep(PolicyView view)
    {
        var request = StepRequests.For(view.Analysis, ["wide"], view.Accepted.NestsOf)!;
        return Assert.IsType<StepResult.Proposed>(view.StepRule.Propose(request)).Step.Filters;
    }

    private static CutOption Wide(PolicyView view, params CutOutcome[] history) =>
        CutOptions.Of(view, WalkMemory.Of(history)).Single(o => o.Layers.Contains("wide"));

    private static PolicyView View(IStepRule rule, double? stillToSave = null) => Views.Of(LawfulKernels.Model(Build()), rule, stillToSave: stillToSave);

    private const string FourVectors = "split oc 4 8; vectorize oc.2; registers oc.1";

    private static CutOption? Tiled(PolicyView view, params CutOutcome[] history) =>
        CutOptions.Of(view, WalkMemory.Of(history)).SingleOrDefault(o => o.Layers.Contains("tiled"));

    private static ModelGraph InOneTile(int filters)
    {
        var b = new GraphBuilder("tile", 1);
        var x = b.Relu(b.Conv(b.Input(16, 8, 8), filters, Window.Same(3), name: "tiled"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(b.Conv(x, 16, Window.Same(1)))), 10));
    }

    /// <summary>A layer of many filters that takes some of the time.</summary>
    private static ModelGraph Build()
    {
        var b = new GraphBuilder("wide", 1);
        var x = b.Relu(b.Conv(b.Input(3, 16, 16), 64, Window.Same(3), name: "first"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3), name: "second"));
        x = b.Relu(b.Conv(b.MaxPool(x, new Window(2, 2, 2, 1, default)), 512, Window.Same(1), name: "wide"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
