using CPrune.Devices;
using CPrune.Pruning.Gates;

namespace CPrune.Pruning.Tests.Gates;

public class GateTests
{
    [Theory]
    [InlineData(0.95, 0.96, true)]
    [InlineData(0.98, 0.99, true)]
    [InlineData(0.98, 0.995, false)]
    [InlineData(1.02, 1.03, false)]
    public void LatencyPassesOnTheBoundNotOnTheMedian(double ratio, double high, bool passes)
    {
        var estimate = Ratio(ratio, high);
        var gate = new LatencyGate(0.99);
        Assert.Equal(passes, gate.Passes(estimate));
        Assert.Equal(!passes, gate.Explain(estimate).Contains("above the gate", StringComparison.Ordinal));
    }

    [Fact]
    public void TooFewTimingsPassNothing()
    {
        var seen = Ratio(0.5, 0.6) with { IsInterval = false };
        Assert.False(new LatencyGate(0.99).Passes(seen));
        Assert.Equal("the time for a comparison ended after 10 rounds, too few to tell", new LatencyGate(0.99).Explain(seen));
    }

    [Theory]
    [InlineData(0.90, 0.8956, true)]
    [InlineData(0.90, 0.8954, false)]
    [InlineData(0.90, 0.95, true)]
    public void AccuracyMustKeepItsShare(double accepted, double candidate, bool passes) =>
        Assert.Equal(passes, new AccuracyGate(0.995, 0).Passes(accepted, candidate));

    [Theory]
    [InlineData(0.99, 0.999018)] // A fifth of 0.95.
    [InlineData(0.95, 0.995)]
    [InlineData(0.9025, 0.990025)] // Twice 0.95.
    [InlineData(0.857375, 0.985075)]
    public void ACutMayCostInProportionToWhatItSaves(double latencyRatio, double share)
    {
        var gate = new AccuracyGate(0.995, 0).ForGain(latencyRatio);
        Assert.True(gate.Passes(0.9, (0.9 * share) + 1e-5));
        Assert.False(gate.Passes(0.9, (0.9 * share) - 1e-5));
    }

    [Theory]
    [InlineData(0.90, 0.95, 0.895477)] // The cuts before cost what they might: 0.995² of 0.9045.
    [InlineData(0.9045, 0.95, 0.895477)] // They cost nothing: twice as much is left.
    [InlineData(0.89, 0.95, 0.88555)] // They cost more, when the gate was wider: a step's worth.
    [InlineData(0.9, 0.25, 0.81)] // However little they cost, a step keeps 90 %.
    public void WhatTheCutsBeforeDidNotSpendMayBeSpent(double accepted, double walked, double least)
    {
        var gate = new AccuracyGate(0.995, 0).ForGain(0.95, 0.9045, walked);
        Assert.True(gate.Passes(accepted, least + 1e-5));
        Assert.False(gate.Passes(accepted, least - 1e-5));
    }

    [Fact]
    public void TheGateSaysWhetherACandidatePassedByWhatTheCutsBeforeDidNotSpend()
    {
        var gate = new AccuracyGate(0.995, 0.8).ForGain(0.95, 0.9, 0.95);
        Assert.Equal("expected accuracy 89.60 % keeps 99.50 % of 90.00 %", gate.Explain(0.9, 0.896));
        Assert.Equal("expected accuracy 89.20 % keeps 99.50 % of 90.00 % with what the cuts before did not spend", gate.Explain(0.9, 0.892));
        Assert.Equal("expected accuracy 89.10 % is below 99.00 % of 90.00 %", gate.Explain(0.9, 0.891));
    }

    [Theory]
    [InlineData(0.90, true)]
    [InlineData(0.8986, true)] // Of 0.45 points.
    [InlineData(0.8984, false)]
    public void ACutThatCostAThirdOfWhatItMightWasCheap(double candidate, bool cheap) => Assert.Equal(cheap, new AccuracyGate(0.995, 0.5).IsCheap(0.9, candidate));

    [Theory]
    [InlineData(0.8997, true)] // Of 0.1 points above the floor.
    [InlineData(0.8996, false)]
    public void NearTheFloorACutIsCheapOnlyWhereItLeavesRoom(double candidate, bool cheap) => Assert.Equal(cheap, new AccuracyGate(0.995, 0.899).IsCheap(0.9, candidate));

    [Theory]
    [InlineData(0.92, 0.91, 0.997283)] // A quarter of what may be lost.
    [InlineData(0.92, 0.919, 0.9995)] // No less than can be measured.
    [InlineData(0.92, 0.80, 0.995)] // No more than the paper has.
    [InlineData(0.92, 0, 0.995)]
    [InlineData(0.92, 0.92, 0.9995)]
    public void TheFirstGateSuitsTheFloor(double own, double floor, double alpha) => Assert.Equal(alpha, AccuracyGate.FirstAlpha(own, floor), 6);

    [Fact]
    public void WhatAStepMayCostEndsAtTheFloor()
    {
        var gate = new AccuracyGate(0.995, 0.895).ForGain(0.8);
        Assert.False(gate.Passes(0.9, 0.894));
        Assert.Equal("expected accuracy 89.40 % is below the floor of 89.50 %", gate.Explain(0.9, 0.894));
        Assert.True(gate.Passes(0.9, 0.8951));
    }

    [Theory]
    [InlineData(0.92, false)]
    [InlineData(0.9023, false)]
    [InlineData(0.9022, true)]
    public void TheWalkEndsWhenHalfAStepMoreCouldCrossTheFloor(double accepted, bool exhausted) =>
        Assert.Equal(exhausted, new AccuracyGate(0.995, 0.9).Exhausted(accepted));

    [Fact]
    public void WithoutARehearsalAPointOnTheSplitIsAPointOnTheTestSet()
    {
        var scale = SelectionScale.Of(0.94, 0.99, null);
        Assert.Equal(0.92, scale.Expected(0.97), 9);
        Assert.Equal(0.96, scale.OnSelection(0.91), 9);
    }

    [Theory]
    [InlineData(0.97, 0.90, 0.6667)] // Three points lost on the split, two on the test set.
    [InlineData(0.99, 0.90, 1.8)] // The split hardly notices.
    [InlineData(1, 0.9195, 1.2)] // Nothing that could be measured.
    [InlineData(0.9, 0.93, 0.1)] // Better on the test set than before, by luck.
    public void ARehearsalTellsWhatAPointIsWorth(double selection, double test, double slope)
    {
        var scale = SelectionScale.Of(0.92, 1, new RehearsedCut(0.2, selection, test));
        Assert.InRange(scale.Slope, slope - 0.05, slope + 0.05);
        Assert.Equal(0.92, scale.Expected(1), 9);
        Assert.Equal(0.91, scale.Expected(scale.OnSelection(0.91)), 9);
    }

    [Fact]
    public void WhatIsStillMissingAfterALongerTrainingDoesNotComeBackButWhatIsCutBehindItDoes()
    {
        // Six points lost on the split after a short training, three after a longer one, and then 1.5 on the test set.
        var scale = SelectionScale.Of(0.92, 1, new RehearsedCut(0.2, 0.94, 0.905) { SettledSelectionTop1 = 0.97 });
        Assert.InRange(scale.Slope, 0.25, 0.3);
        Assert.InRange(scale.SettledSlope, 0.5, 0.55);
        var settled = scale.SettledAt(0.98);
        Assert.Equal(0.92 - (scale.SettledSlope * 0.02), settled.Expected(0.98), 9);
        Assert.Equal(settled.Expected(0.98) - (scale.Slope * 0.01), settled.Expected(0.97), 9);
        Assert.True(settled.Expected(0.97) < scale.Expected(0.97));
    }

    [Fact]
    public void LongerTrainingsWithinTheWalkTellHowMuchComesBack()
    {
        // Half came back in the rehearsal, four fifths of two other cuts.
        var cut = new RehearsedCut(0.2, 0.94, 0.905) { SettledSelectionTop1 = 0.97 };
        var (rehearsed, walked) = (SelectionScale.Of(0.92, 1, cut), SelectionScale.Of(0.92, 1, cut, new SettledLoss(0.04, 0.008), new SettledLoss(0.02, 0.004)));
        Assert.Equal(rehearsed.SettledSlope, walked.SettledSlope);
        Assert.Equal(0.52, rehearsed.Slope / rehearsed.SettledSlope, 2);
        Assert.Equal(0.36, walked.Slope / walked.SettledSlope, 2);
        Assert.Equal(rehearsed.Slope, SelectionScale.Of(0.92, 1, cut, new SettledLoss(0, 0)).Slope);
    }

    [Fact]
    public void WhereTheRehearsalTellsNothingTheLongTrainingStillBringsBackItsShare()
    {
        var scale = SelectionScale.Of(0.92, 1, new RehearsedCut(0.4, 1, 0.92) { ShareLeft = 0.6, SettledSelectionTop1 = 1 });
        Assert.Equal((0.6, 0.6), (scale.Slope, scale.SettledSlope));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1000, 0)]
    [InlineData(2000, 0.5)]
    [InlineData(4000, 1)]
    [InlineData(50_000, 1)]
    public void TheMoreAModelWasTrainedTheLessOfWhatItLacksComesBack(long images, double share)
    {
        var cut = new RehearsedCut(0.2, 0.94, 0.905) { SettledSelectionTop1 = 0.97, ShortImages = 1000, LongerImages = 3000 };
        var scale = SelectionScale.Of(0.92, 1, cut);
        Assert.Equal(scale.Slope + (share * (scale.SettledSlope - scale.Slope)), scale.After(images).Slope, 9);
        Assert.Equal(scale.Expected(1), scale.After(images).Expected(1), 9);
        var unknown = SelectionScale.Of(0.92, 1, cut with { ShortImages = 0 });
        Assert.Equal(unknown, unknown.After(images));
    }

    [Theory]
    [InlineData(0.04, 0.02, 1000, 3000, 12_000, 0.70711)] // Four times the images halved it, and the long training sees four times as many again: halving is the most, nothing the least.
    [InlineData(0.04, 0.02, 1000, 3000, 0, 1)]
    [InlineData(0.04, 0.001, 1000, 3000, 60_000, 1.0 / 3)] // No more than two thirds come back.
    [InlineData(0.04, -0.01, 1000, 3000, 60_000, 1.0 / 3)] // Better than the original.
    [InlineData(0.04, 0.05, 1000, 3000, 60_000, 1)]
    [InlineData(0, 0, 1000, 3000, 60_000, 1)]
    [InlineData(0.04, 0.02, 0, 3000, 60_000, 1)]
    public void WhatTheLongTrainingLeavesFollowsFromWhatALongerOneLeft(double afterShort, double afterLonger, long images, long longer, long rest, double share)
    {
        Assert.Equal(share, LongRunRecovery.ShareLeft(afterShort, afterLonger, images, longer, rest), 1e-5);
        var cut = new RehearsedCut(0.2, 1 - afterShort, 0.9) { SettledSelectionTop1 = 1 - afterLonger };
        Assert.True(SelectionScale.Of(0.92, 1, cut with { ShareLeft = share }).Slope <= SelectionScale.Of(0.92, 1, cut).Slope);
    }

    [Fact]
    public void HopelessIsWhatLostMuchMoreThanAnyThatRecovered()
    {
        Recovery[] past = [new(0.01, true), new(0.03, true), new(0.05, false), new(0.02, true), new(0.10, false), new(0.01, true)];
        var gate = new RecoveryGate(past);
        Assert.Equal(0.08, gate.Limit!.Value, 9);
        Assert.False(gate.IsHopeless(0.079));
        Assert.True(gate.IsHopeless(0.081));
        Assert.False(new RecoveryGate(past[1..]).IsHopeless(0.9));
        Assert.False(new RecoveryGate([.. past.Select(p => p with { Recovered = false })]).IsHopeless(0.9));
    }

    private static RatioEstimate Ratio(double ratio, double high)
    {
        var estimate = new LatencyEstimate(1e-3, 0.9e-3, 1.1e-3, 10);
        return new RatioEstimate(ratio, (2 * ratio) - high, high, estimate, estimate, 10);
    }
}
