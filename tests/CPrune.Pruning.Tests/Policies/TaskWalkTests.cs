using CPrune.Graph.Building;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Tests.Staircases;

namespace CPrune.Pruning.Tests.Policies;

public class TaskWalkTests
{
    private static readonly TaskWalk s_walk = new("cprune", TaskOrder.Time);

    [Fact]
    public void StartsWithTheLargestTimeTimesMultiplicity() => Assert.Equal("b", Next([Option("a", 1), Option("b", 3), Option("c", 2)]));

    /// <summary>Five layers that are alike, each four times as fast as the one that is alone: together they take longer.</summary>
    [Theory]
    [InlineData(TaskOrder.Time)]
    [InlineData(TaskOrder.Macs)]
    public async Task WhatATaskTakesInAllItsLayersIsWhatCounts(TaskOrder order)
    {
        var b = new GraphBuilder("five and one", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "stem"));
        for (var i = 0; i < 5; i++) x = b.Relu(b.Conv(x, 16, Window.Same(3), name: $"like{i}"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3), name: "alone"));
        var view = Views.Of(LawfulKernels.Model(b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10))));
        Assert.Equal(5, view.Accepted.Layers.Single(t => t.Layers.Contains("like0")).Multiplicity);
        Assert.Equal(1, view.Accepted.Layers.Single(t => t.Layers.Contains("alone")).Multiplicity);
        Assert.True(view.SecondsOf("alone") > 3 * view.SecondsOf("like0"));
        Assert.True(view.MacsOf(["alone"]) > 3 * view.MacsOf(["like0"]));
        var decision = await new TaskWalk("walk", order).NextAsync(view, TestContext.Current.CancellationToken);
        Assert.Contains("like0", Assert.IsType<PolicyDecision.Try>(decision).Cut.Layers);
    }

    [Fact]
    public void OfOneTaskTheGroupsThatTakeFewestOthersAlongComeFirst() => Assert.Equal("b", Next([Option("a", 3) with { Rank = 1 }, Option("b", 3)]));

    [Fact]
    public void ByMultiplyAccumulatesTimeDoesNotMatter() =>
        Assert.Equal("b", new TaskWalk("flops", TaskOrder.Macs).Next([Option("a", 9, macs: 1), Option("b", 1, macs: 3), Option("c", 2, macs: 2)], Memory())?.Key);

    [Fact]
    public void ATooSlowCandidateSendsTheWalkToTheNextTask() =>
        Assert.Equal("b", Next([Option("a", 3), Option("b", 2)], ("a", Verdict.TooSlow)));

    [Fact]
    public void WhenAllWereTooSlowTheWalkBeginsAgainAtTheTop() =>
        Assert.Equal("a", Next([Option("a", 3), Option("b", 2)], ("a", Verdict.TooSlow), ("b", Verdict.TooSlow)));

    [Fact]
    public void AnAcceptedCandidateStartsTheWalkAgainAtTheTop() =>
        Assert.Equal("a", Next([Option("a", 3), Option("b", 2), Option("c", 1)], ("a", Verdict.TooSlow), ("b", Verdict.Accepted)));

    [Fact]
    public void AnInaccurateTaskIsTriedAgainWithHalfTheCut()
    {
        Assert.Equal(int.MaxValue, Memory().LargestCut("a"));
        Assert.Equal(4, Memory(("a", Verdict.TooInaccurate), ("b", Verdict.Accepted)).LargestCut("a"));
        Assert.Equal(0, WalkMemory.Of([new CutOutcome(1, "a", 1, Verdict.TooInaccurate)]).LargestCut("a"));
    }

    [Fact]
    public void AFailedTaskIsLeftAlone() => Assert.Equal(0, Memory(("a", Verdict.Failed)).LargestCut("a"));

    [Fact]
    public void TheNextVisitOfATooSlowTaskTakesMore()
    {
        Assert.Equal(0, Memory().RefusedFilters("a"));
        Assert.Equal(8, Memory(("a", Verdict.TooSlow)).RefusedFilters("a"));
    }

    [Fact]
    public void AfterACheapCutOfATaskTwiceAsMuchIsAskedForFirst()
    {
        Assert.Equal([0], Memory(("a", Verdict.Accepted)).Beyond("a"));
        Assert.Equal([15, 0], WalkMemory.Of([Cheap()]).Beyond("a"));
        Assert.Equal([0], WalkMemory.Of([Cheap()]).Beyond("b"));
        // Sixteen cost too much: it goes on with eight.
        var after = WalkMemory.Of([Cheap(), new CutOutcome(2, "a", 16, Verdict.TooInaccurate)]);
        Assert.Equal([0], after.Beyond("a"));
        Assert.Equal(8, after.LargestCut("a"));

        static CutOutcome Cheap() => new(1, "a", 8, Verdict.Accepted, WasCheap: true);
    }

    [Fact]
    public void CheapCutsMakeTheWalkAskForMoreOfAllTasksAndCostlyOnesForLess()
    {
        CutOutcome cheap = new(1, "a", 8, Verdict.Accepted, WasCheap: true), costly = new(2, "b", 8, Verdict.TooInaccurate);
        Assert.Equal(0.05, Memory(("a", Verdict.Accepted), ("b", Verdict.TooSlow), ("a", Verdict.TooInaccurate)).Saving);
        Assert.Equal(0.1, WalkMemory.Of([cheap]).Saving);
        Assert.Equal(0.2, WalkMemory.Of([cheap, cheap, cheap]).Saving);
        Assert.Equal(0.1, WalkMemory.Of([cheap, cheap, cheap, costly]).Saving);
    }

    [Fact]
    public void AcceptanceForgetsTheLargerCutOfItsTaskOnly()
    {
        var memory = Memory(("a", Verdict.TooSlow), ("b", Verdict.TooSlow), ("a", Verdict.Accepted));
        Assert.Equal((0, 8), (memory.RefusedFilters("a"), memory.RefusedFilters("b")));
    }

    private static string? Next(CutOption[] options, params (string, Verdict)[] history) => s_walk.Next(options, Memory(history))?.Key;

    private static WalkMemory Memory(params (string Key, Verdict Verdict)[] history) =>
        WalkMemory.Of(history.Select((h, i) => new CutOutcome(i + 1, h.Key, 8, h.Verdict)));

    private static CutOption Option(string key, double seconds, long macs = 0) => new(key, key, seconds, macs, 8, "8 lanes", [0], [key]);
}
