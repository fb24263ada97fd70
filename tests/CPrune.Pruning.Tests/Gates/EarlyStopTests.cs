using CPrune.Pruning.Gates;

namespace CPrune.Pruning.Tests.Gates;

public class EarlyStopTests
{
    /// <summary>At 95 % accepted a candidate has to keep 94.525 %.</summary>
    private static readonly EarlyStop s_stop = new(new AccuracyGate(0.995, 0), new SelectionScale(0.95, 0.95, 1, 1), 0.95);

    [Theory]
    [InlineData(-0.004, 0.002, 0.01, true)] // The lower end passes.
    [InlineData(-0.006, 0.002, 0.0, null)] // The gate lies within the interval.
    [InlineData(-0.03, -0.02, 0.001, false)] // Four times a tenth of a point is not enough for two points.
    [InlineData(-0.03, -0.02, 0.01, null)] // A point a stage may be.
    [InlineData(-0.03, -0.02, -0.01, false)] // Training that makes it worse is no reason to hope.
    public void The_interval_decides_with_what_can_still_be_hoped_for(double low, double high, double gain, bool? expected) =>
        Assert.Equal(expected, s_stop.Passes(new PairedDifference((low + high) / 2, low, high), gain, stagesLeft: 2));

    [Fact]
    public void Less_can_be_hoped_for_with_fewer_stages_left()
    {
        var change = new PairedDifference(-0.025, -0.03, -0.02);
        Assert.Null(s_stop.Passes(change, 0.005, stagesLeft: 2));
        Assert.False(s_stop.Passes(change, 0.005, stagesLeft: 1));
    }

    [Fact]
    public void Accuracies_are_read_through_the_scale()
    {
        var change = new PairedDifference(-0.008, -0.009, -0.007);
        Assert.False(s_stop.Passes(change, 0, stagesLeft: 1));
        Assert.True((s_stop with { Scale = new SelectionScale(0.95, 0.95, 0.5, 0.5) }).Passes(change, 0, stagesLeft: 1));
    }
}
