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

    [Fact]
    public void TheGateSaysWhatItCompares()
    {
        var gate = new AccuracyGate(0.995, 0);
        Assert.Equal("accuracy 89.60 % keeps 99.50 % of 90.00 %", gate.Explain(0.9, 0.896));
        Assert.Equal("accuracy 89.50 % is below 99.50 % of 90.00 %", gate.Explain(0.9, 0.895));
    }

    /// <summary>Step 5 of the walk: the floor is 90 %, and a step may take half a per cent.</summary>
    [Theory]
    [InlineData(0.92, false)]
    [InlineData(0.90453, false)]
    [InlineData(0.90451, true)]
    public void TheWalkEndsWhenAStepCouldCrossTheFloor(double accepted, bool exhausted) =>
        Assert.Equal(exhausted, new AccuracyGate(0.995, 0.9).Exhausted(accepted));

    private static RatioEstimate Ratio(double ratio, double high)
    {
        var estimate = new LatencyEstimate(1e-3, 0.9e-3, 1.1e-3, 10);
        return new RatioEstimate(ratio, (2 * ratio) - high, high, estimate, estimate, 10);
    }
}
