using CPrune.Pruning.Planning;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Planning;

/// <summary>How a latency that is asked for is reached.</summary>
public class LatencyPlanTests
{
    private static readonly PruneSettings s_settings = new();

    [Fact]
    public void TheFirstCutGoesToTheLatencyAtOnceAndALittleFurther()
    {
        var decision = StagePlan.NextForLatency(s_settings, 2, [], 0, 1000);
        Assert.Equal((StageKind.Cut, 0, s_settings.ShortStage, "the latency asked for"), (decision.Kind, decision.From, decision.Share, decision.Reason));
        Assert.InRange(decision.Depth, Math.Log(2), 1.2 * Math.Log(2));
    }

    [Fact]
    public void WhatIsNotFastEnoughIsCutFurtherByWhatIsMissing()
    {
        var decision = StagePlan.NextForLatency(s_settings, 2, [new StageResult(Math.Log(1.6), 100, 0.01)], 100, 900);
        Assert.Equal((StageKind.Cut, 1), (decision.Kind, decision.From));
        Assert.InRange(decision.Depth - Math.Log(1.6), Math.Log(2 / 1.6), 1.2 * Math.Log(2 / 1.6));
    }

    [Fact]
    public void WhatIsFastEnoughIsTrainedWithAllThatIsLeft()
    {
        var decision = StagePlan.NextForLatency(s_settings, 2, [new StageResult(Math.Log(2.1), 100, 0.5)], 100, 900);
        Assert.Equal(new StageDecision(StageKind.TrainOn, 1, Math.Log(2.1), 1, "it is as fast as asked for"), decision);
        Assert.Equal(StageKind.End, StagePlan.NextForLatency(s_settings, 2, [new StageResult(Math.Log(2.1), 1000, 0.5)], 1000, 0).Kind);
    }

    [Fact]
    public void AnOriginalThatIsFastEnoughIsNotCut() =>
        Assert.Equal("the original is as fast as asked for", StagePlan.NextForLatency(s_settings, 0.9, [], 0, 1000).Reason);

    /// <summary>Nothing deeper exists: what comes nearest is trained.</summary>
    [Fact]
    public void WhereNoCutIsFastEnoughTheFastestIsTrained()
    {
        var decision = StagePlan.NextForLatency(s_settings, 100, [new StageResult(0.7, 100, 0.5)], 100, 900, deepest: 0.72);
        Assert.Equal(new StageDecision(StageKind.TrainOn, 1, 0.7, 1, "no cut is as fast as asked for"), decision);
    }

    [Fact]
    public void WhereNoCutIsFasterAtAllTheSearchEnds()
    {
        var (asked, deepest) = (0, (double?)null);
        while (StagePlan.NextForLatency(s_settings, 100, [], 0, 1000, deepest) is { Kind: StageKind.Cut } decision && ++asked < 20) deepest = decision.Depth / 2;
        Assert.InRange(asked, 2, 10);
        Assert.Equal(new StageDecision(StageKind.End, 0, 0, 0, "no cut makes the model faster"), StagePlan.NextForLatency(s_settings, 100, [], 0, 1000, deepest));
    }
}
