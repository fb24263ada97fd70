using CPrune.Pruning.Planning;

namespace CPrune.Pruning.Tests.Planning;

public class GroupWorthTests
{
    /// <summary>Eight filters of equal importance, of which four cost two points.</summary>
    private static readonly GroupWorth s_worth = new([new GroupLook(4, 0.02)], [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875], 8);

    [Fact]
    public void HalfOfTheOriginalCostsWhatWasFound()
    {
        var curve = s_worth.LossCurve(s_worth.Shares, 8);
        Assert.Equal(0, curve[0]);
        Assert.Equal(0.02, curve[4], 9);
        Assert.Equal(0.005, curve[2], 9);
    }

    [Fact]
    public void TheSecondHalfCostsThreeTimesAsMuchAsTheFirst()
    {
        // What is left when the first four are gone, each a quarter of it.
        var curve = s_worth.LossCurve([0, 0.25, 0.5, 0.75, 1], 4);
        Assert.Equal(0, curve[0]);
        Assert.Equal(0.06, curve[4], 9);
    }

    [Fact]
    public void TwoLooksSayHowSteeplyItGrows()
    {
        var curve = (s_worth with { Looks = [new GroupLook(4, 0.02), new GroupLook(6, 0.02 * 1.5 * 1.5 * 1.5)] }).LossCurve(s_worth.Shares, 8);
        Assert.Equal(0.02, curve[4], 9);
        Assert.Equal(0.0675, curve[6], 9);
        Assert.Equal(0.0025, curve[2], 9);
    }

    [Fact]
    public void WhatSeemedToCostNothingIsNotFreeBeyond()
    {
        var curve = (s_worth with { Looks = [new GroupLook(4, 1e-4), new GroupLook(6, 0.5)] }).LossCurve(s_worth.Shares, 8);
        Assert.Equal(0.5, curve[6], 9);
        Assert.True(curve[5] > 0.1, $"{curve[5]}");
    }

    [Fact]
    public void MoreNeverCostsLess()
    {
        var curve = (s_worth with { Looks = [new GroupLook(4, 0.5), new GroupLook(6, 0.1)] }).LossCurve(s_worth.Shares, 8);
        Assert.Equal(curve.Order(), curve);
    }

    [Fact]
    public void WhereGroupsHaveGrownTogetherNothingCountsAsGone() =>
        Assert.Equal(s_worth.LossCurve([0, 0.5, 1], 8), s_worth.LossCurve([0, 0.5, 1], 12));

    [Fact]
    public void WhatHasNoImportanceCostsNothing() => Assert.Equal([0, 0, 0], new GroupWorth([new GroupLook(2, 0.02)], [0, 0, 0, 0.5], 4).LossCurve([0, 0.5, 1], 4));
}
