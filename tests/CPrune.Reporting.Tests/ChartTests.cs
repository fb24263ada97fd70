using CPrune.Reporting.Charts;

namespace CPrune.Reporting.Tests;

public class ChartTests
{
    [Fact]
    public void LabelsOfPointsThatLieTogetherStandApart()
    {
        var labels = PointLabels.Of([(100, 100, "knapsack"), (105, 104, "cprune"), (108, 98, "uniform"), (400, 100, "flops")], 500);
        Assert.Equal((109, 94, false), (labels[0].X, labels[0].Y, labels[0].IsOnTheLeft));
        Assert.Equal(4, labels.Distinct().Count());
        Assert.Equal([false, false, true, false], labels.Select(l => l.IsOnTheLeft));
        Assert.True(labels[1].Y - labels[0].Y >= 14);
    }

    [Fact]
    public void ALabelThatWouldLeaveTheFrameStandsOnTheLeft() => Assert.True(PointLabels.Of([(480, 100, "knapsack")], 500)[0].IsOnTheLeft);

    [Theory]
    [InlineData(0, 34, new[] { 0.0, 10, 20, 30 })]
    [InlineData(0, 1, new[] { 0.0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(1.1, 2.5, new[] { 1.5, 2.0, 2.5 })]
    public void Ticks_stand_at_round_values(double low, double high, double[] expected) =>
        Assert.Equal(expected, new Axis(low, high, 0, 100).Ticks().Select(t => Math.Round(t, 9)));

    [Theory]
    [InlineData(new[] { 2.4, 1.3 })]
    [InlineData(new[] { 93.4 })]
    [InlineData(new[] { 0.0, 0.0 })]
    [InlineData(new double[0])]
    public void An_axis_holds_its_values_inside(double[] values)
    {
        var axis = Axis.Around(values, 0, 100);
        Assert.True(axis.Low < axis.High);
        Assert.All(values, v => Assert.InRange(axis.At(v), 0, 100));
        Assert.InRange(axis.Ticks().Count(), 2, 12);
    }

    [Fact]
    public void Zero_has_no_sign() => Assert.Equal("0.0", new Axis(0, 1.25, 0, 100) is var axis ? axis.Label(axis.Ticks().First()) : "");

    [Fact]
    public void Labels_tell_ticks_apart()
    {
        var axis = new Axis(0.91, 0.93, 0, 100);
        Assert.Equal(axis.Ticks().Count(), axis.Ticks().Select(axis.Label).Distinct().Count());
    }
}
