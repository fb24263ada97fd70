using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Steps;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class CutOptionsTests
{
    /// <summary>Neither more nor less than the programs' structure allows: how much that saves is for the gates.</summary>
    [Fact]
    public void TheStepIsTakenAsTheRuleSaysIt()
    {
        foreach (IStepRule rule in new IStepRule[] { new StructureStep(), new PaperStep(), new FixedStep(24) })
        {
            var view = Views.Of(LawfulKernels.Model(Build()), rule);
            Assert.Equal(LeastStep(view), Wide(view).Filters);
        }
    }

    [Fact]
    public void ATaskWhoseCutCostTooMuchIsNotOfferedAgain()
    {
        var view = Views.Of(LawfulKernels.Model(Build()));
        var first = Wide(view);
        foreach (var verdict in new[] { Verdict.TooInaccurate, Verdict.Failed })
            Assert.DoesNotContain(CutOptions.Of(view, WalkMemory.Of([new CutOutcome(1, first.Key, first.Filters, verdict)])), o => o.Layers.Contains("wide"));
        Assert.Equal(first.Filters, Wide(view, new CutOutcome(1, first.Key, first.Filters, Verdict.Probed)).Filters);
    }

    [Fact]
    public void AfterATooSlowCutAStepMoreIsOffered()
    {
        var view = Views.Of(LawfulKernels.Model(Build()), new FixedStep(24));
        Assert.Equal(48, Wide(view, new CutOutcome(1, Wide(view).Key, 24, Verdict.TooSlow)).Filters);
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

    /// <summary>Every producer of the residual part makes a dense one, too, as in dual-path networks.</summary>
    /// <param name="kernel">Of the second producer: with the first's they are one task.</param>
    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    public void EveryGroupOfALayerIsOffered(int kernel)
    {
        var view = Views.Of(LawfulKernels.Model(DualPath(kernel)));
        var options = CutOptions.Of(view, WalkMemory.Of([]));
        Assert.Equal([["a"], ["a", "b"], ["b"]], view.Analysis.Groups.Where(g => g.Layers is ["a" or "b", ..]).Select(g => g.Layers.ToArray()).OrderBy(l => string.Join(' ', l)));
        foreach (var group in view.Analysis.Groups.Where(g => g.Prunable))
            Assert.Contains(options, o => o.GroupIds.Contains(group.Id));
        // Where it is one task, both own parts are a cut, and the common one is another of the same layers.
        Assert.Equal(options.Select(o => string.Join(' ', o.GroupIds)).Distinct().Count(), options.Select(o => o.Key).Distinct().Count());
        Assert.All(options.GroupBy(o => o.Key), same => Assert.Single(same.Select(o => string.Join(' ', o.GroupIds)).Distinct()));
        Assert.All(options, o => Assert.Equal(o.Layers.Distinct().Count(), o.GroupIds.Sum(id => view.Analysis.Groups[id].Layers.Length)));
        Assert.All(options, o => Assert.Equal(o.GroupIds.Any(id => view.Analysis.Groups[id].Layers.Length == 2) ? 1 : 0, o.Rank));
    }

    [Fact]
    public void WhatWasRefusedOfOneGroupIsOfferedOfAnotherOfTheSameLayers()
    {
        var view = Views.Of(LawfulKernels.Model(DualPath(3)));
        var first = CutOptions.Of(view, WalkMemory.Of([])).First(o => o.Layers.Contains("a"));
        var left = CutOptions.Of(view, WalkMemory.Of([new CutOutcome(1, first.Key, first.Filters, Verdict.Failed)])).Where(o => o.Layers.Contains("a")).ToList();
        Assert.NotEmpty(left);
        Assert.DoesNotContain(left, o => o.GroupIds.SequenceEqual(first.GroupIds));
    }

    private static int LeastStep(PolicyView view)
    {
        var request = StepRequests.For(view.Analysis, ["wide"], view.Accepted.NestsOf)!;
        return Assert.IsType<StepResult.Proposed>(view.StepRule.Propose(request)).Step.Filters;
    }

    private static CutOption Wide(PolicyView view, params CutOutcome[] history) =>
        CutOptions.Of(view, WalkMemory.Of(history)).Single(o => o.Layers.Contains("wide"));

    private const string FourVectors = "split oc 4 8; vectorize oc.2; registers oc.1";

    private static CutOption? Tiled(PolicyView view, params CutOutcome[] history) =>
        CutOptions.Of(view, WalkMemory.Of(history)).SingleOrDefault(o => o.Layers.Contains("tiled"));

    private static ModelGraph InOneTile(int filters)
    {
        var b = new GraphBuilder("tile", 1);
        var x = b.Relu(b.Conv(b.Input(16, 8, 8), filters, Window.Same(3), name: "tiled"));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(b.Conv(x, 16, Window.Same(1)))), 10));
    }

    private static ModelGraph DualPath(int kernel)
    {
        var b = new GraphBuilder("dual-path", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3), name: "stem"));
        var (one, other) = (b.Split(b.Conv(x, 64, Window.Same(3), name: "a"), 2), b.Split(b.Conv(x, 64, Window.Same(kernel), name: "b"), 2));
        x = b.Relu(b.Concat([b.Add(one[0], other[0]), one[1], other[1]]));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(b.Relu(b.Conv(x, 32, Window.Same(3), name: "reader")))), 10));
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
