using CPrune.Pruning.Gates;

namespace CPrune.Pruning.Tests.Gates;

public sealed class FloorSearchTests
{
    /// <summary>Five models, each expected to lose as much more.</summary>
    private static readonly FloorSearch s_search = new([0, 0.0025, 0.005, 0.0075, 0.01], Allowed: 0.01);

    [Theory]
    [InlineData(0.011, 3)] // 0.0083 is to be expected there.
    [InlineData(0.015, 2)]
    [InlineData(0.021, 1)]
    [InlineData(0.05, 1)] // 0.0125 at 1: too much, but before there is nothing left it is asked.
    public void TheLastModelFollowsOfWhichAsMuchMoreIsExpectedToBeLeft(double lost, int next) =>
        Assert.Equal(next, s_search.Next(new Dictionary<int, double> { [4] = lost }));

    [Theory]
    [InlineData(0.001, 2)] // 0.0067 at 2, 0.0123 at 3.
    [InlineData(0.009, 1)]
    public void BehindAModelThatPassedOneIsLookedForThatHasLessRoom(double lost, int next) =>
        Assert.Equal(next, s_search.Next(new Dictionary<int, double> { [4] = 0.018, [1] = lost }));

    [Fact]
    public void WhereTheFirstCutMissesTheOriginalIsLeft() => Assert.Equal(0, s_search.Next(new Dictionary<int, double> { [4] = 0.05, [1] = 0.011 }));

    [Fact]
    public void BetweenNeighboursIsNothingLeft() =>
        Assert.Equal(1, s_search.Next(new Dictionary<int, double> { [4] = 0.03, [2] = 0.02, [1] = 0.001 }));

    [Fact]
    public void WhereNothingWasExpectedToBeLostTheNextOneIsTried() =>
        Assert.Equal(2, new FloorSearch([0, 0, 0, 0], 0.01).Next(new Dictionary<int, double> { [3] = 0.03 }));
}
