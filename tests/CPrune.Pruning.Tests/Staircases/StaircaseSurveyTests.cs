using System.Collections.Immutable;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Tests.Staircases;

public class StaircaseSurveyTests
{
    private static readonly ImmutableArray<int> s_widths = [.. Enumerable.Range(1, 8).Select(i => 16 * i)];

    [Fact]
    public void APlainStaircaseTakesSixPoints()
    {
        var (staircase, asked) = Survey((x, y) => 3 + 0.1 * x + 0.2 * y + 0.01 * x * y);
        Assert.Equal(6, asked);
        Assert.All(s_widths, x => Assert.All(s_widths, y => Assert.Equal(3 + 0.1 * x + 0.2 * y + 0.01 * x * y, staircase.Seconds(x, y), 1e-9)));
    }

    [Fact]
    public void WhereThePredictionMissesMoreIsMeasured()
    {
        // From 80 filters on the weights no longer fit a cache.
        static double Law(int x, int y) => x * y * (y > 80 ? 1.5 : 1);
        var (staircase, asked) = Survey(Law);
        Assert.InRange(asked, 8, 16);
        Assert.All(s_widths, x => Assert.All(s_widths, y => Assert.InRange(staircase.Seconds(x, y) / Law(x, y), 0.75, 1.25)));
        Assert.Equal(1, staircase.Seconds(128, 80) / Law(128, 80), 0.09);
    }

    [Fact]
    public void WhatWasMeasuredIsToldAsItWas()
    {
        static double Law(int x, int y) => x * y + 40 * (x + y) % 17;
        var (staircase, _) = Survey(Law);
        Assert.All(staircase.Measured, p => Assert.Equal(p.Seconds, staircase.Seconds(p.Inputs, p.Outputs)));
        Assert.All(staircase.Measured, p => Assert.Equal(Law(p.Inputs, p.Outputs), p.Seconds));
    }

    [Fact]
    public void BetweenAscendingPointsItAscends()
    {
        var (staircase, _) = Survey((x, y) => Math.Sqrt(x) * y);
        Assert.All(s_widths.Zip(s_widths.Skip(1)), p =>
        {
            Assert.True(staircase.Seconds(p.First, 64) < staircase.Seconds(p.Second, 64));
            Assert.True(staircase.Seconds(64, p.First) < staircase.Seconds(64, p.Second));
        });
    }

    [Fact]
    public void OneAxisAndOneWidthAreStaircasesToo()
    {
        var (line, asked) = Survey((_, y) => 2 * y, inputs: [0]);
        Assert.Equal((3, 96), (asked, line.Seconds(0, 48)));
        var (point, once) = Survey((_, _) => 7, inputs: [0], outputs: [64]);
        Assert.Equal((1, 7), (once, point.Seconds(0, 64)));
    }

    [Fact]
    public void BeyondTheEndsTheEndCounts()
    {
        var (staircase, _) = Survey((x, y) => x * y);
        Assert.Equal((256, 128 * 128), (staircase.Seconds(3, 9), staircase.Seconds(1000, 128)));
    }

    private static (LayerStaircase Staircase, int Asked) Survey(Func<int, int, double> law, ImmutableArray<int>? inputs = null, ImmutableArray<int>? outputs = null)
    {
        var (xs, ys) = (inputs ?? s_widths, outputs ?? s_widths);
        var survey = new StaircaseSurvey(xs, ys, 0.08);
        var asked = 0;
        while (survey.Wanted.ToList() is { Count: > 0 } wanted)
        {
            foreach (var at in wanted) survey.Note(at, law(xs[at.X], ys[at.Y]));
            asked += wanted.Count;
            survey.Advance();
        }

        return (survey.Result(), asked);
    }
}
