using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

/// <summary>The paper's order, said one rule at a time.</summary>
public class TaskWalkTests
{
    [Fact]
    public void StartsWithTheLargestTimeTimesMultiplicity() => Assert.Equal("b", Next([Option("a", 1), Option("b", 3), Option("c", 2)]));

    /// <summary>Five layers that are alike, each four times as fast as the one that is alone: together they take longer.</summary>
    [Fact]
    public void WhatATaskTakesInAllItsLayersIsWhatCounts()
    {
        var b = new GraphBuilder("five and one", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "stem"));
        for (var i = 0; i < 5; i++) x = b.Relu(b.Conv(x, 16, Window.Same(3), name: $"like{i}"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3), name: "alone"));
        var view = Views.Of(LawfulKernels.Model(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10))));
        var (like, alone) = (view.Accepted.Layers.Single(t => t.Layers.Contains("like0")), view.Accepted.Layers.Single(t => t.Layers.Contains("alone")));
        Assert.Equal((5, 1), (like.Multiplicity, alone.Multiplicity));
        Assert.True(view.Accepted.TotalSecondsOf(alone) > 3 * view.Accepted.TotalSecondsOf(like) / 5);
        Assert.Contains("like0", Assert.IsType<PolicyDecision.Try>(new TaskWalk().Next(view)).Cut.Layers);
    }

    [Fact]
    public void OfOneTaskTheGroupsThatTakeFewestOthersAlongComeFirst() => Assert.Equal("b", Next([Option("a", 3) with { Rank = 1 }, Option("b", 3)]));

    [Fact]
    public void ATooSlowCandidateSendsTheWalkToTheNextTask() =>
        Assert.Equal("b", Next([Option("a", 3), Option("b", 2)], ("a", Verdict.TooSlow)));

    [Fact]
    public void WhenAllWereTooSlowTheWalkBeginsAgainAtTheTop() =>
        Assert.Equal("a", Next([Option("a", 3), Option("b", 2)], ("a", Verdict.TooSlow), ("b", Verdict.TooSlow)));

    [Fact]
    public void AnAcceptedCandidateStartsTheWalkAgainAtTheTop() =>
        Assert.Equal("a", Next([Option("a", 3), Option("b", 2), Option("c", 1)], ("a", Verdict.TooSlow), ("b", Verdict.Accepted)));

    [Theory]
    [InlineData(Verdict.TooInaccurate, true)]
    [InlineData(Verdict.Failed, true)]
    [InlineData(Verdict.TooSlow, false)]
    [InlineData(Verdict.Accepted, false)]
    [InlineData(Verdict.Probed, false)]
    public void ATaskWhoseCutCostTooMuchIsBarredForGood(Verdict verdict, bool isBarred)
    {
        Assert.Equal(isBarred, Memory(("a", verdict)).IsBarred("a"));
        Assert.Equal(isBarred, Memory(("a", verdict), ("b", Verdict.Accepted)).IsBarred("a"));
        Assert.False(Memory(("a", verdict)).IsBarred("b"));
    }

    [Fact]
    public void TheNextVisitOfATooSlowTaskTakesMore()
    {
        Assert.Equal(0, Memory().TooSlow("a"));
        Assert.Equal(8, Memory(("a", Verdict.TooSlow)).TooSlow("a"));
        Assert.Equal(0, Memory(("a", Verdict.TooInaccurate)).TooSlow("a"));
        Assert.Equal(16, WalkMemory.Of([new CutOutcome(1, "a", 8, Verdict.TooSlow), new CutOutcome(2, "a", 16, Verdict.TooSlow)]).TooSlow("a"));
    }

    [Fact]
    public void AcceptanceForgetsTheLargerCutOfItsTaskOnly()
    {
        var memory = Memory(("a", Verdict.TooSlow), ("b", Verdict.TooSlow), ("a", Verdict.Accepted));
        Assert.Equal((0, 8), (memory.TooSlow("a"), memory.TooSlow("b")));
    }

    [Fact]
    public void TheWalkIsOverWhenNoTaskIsLeft()
    {
        var b = new GraphBuilder("one", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "only"));
        var model = LawfulKernels.Model(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10)));
        var first = Assert.IsType<PolicyDecision.Try>(new TaskWalk().Next(Views.Of(model)));
        Assert.False(first.IsProbe);
        var over = new TaskWalk().Next(Views.Of(model, history: [new CutOutcome(1, first.Cut.Key, first.Cut.Filters, Verdict.TooInaccurate)]));
        Assert.Equal(new PolicyDecision.Over("no task is left that could be cut further"), over);
    }

    private static string? Next(CutOption[] options, params (string, Verdict)[] history) => TaskWalk.Next(options, Memory(history))?.Key;

    private static WalkMemory Memory(params (string Key, Verdict Verdict)[] history) =>
        WalkMemory.Of(history.Select((h, i) => new CutOutcome(i + 1, h.Key, 8, h.Verdict)));

    private static CutOption Option(string key, double seconds) => new(key, key, seconds, 8, "8 lanes", [0], [key]);
}
