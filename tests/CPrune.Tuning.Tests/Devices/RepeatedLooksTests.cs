using CPrune.Devices.Statistics;

namespace CPrune.Tuning.Tests.Devices;

public class RepeatedLooksTests
{
    /// <summary>
    /// Whether the interval's upper end is below the true median depends only on how many samples are below it: a fair coin each. The probability that this is so at any look, or at the
    /// end of time after any number of samples, is summed over all sequences of coins.
    /// </summary>
    [Fact]
    public void All_looks_together_err_on_one_side_in_one_of_a_hundred_experiments()
    {
        for (var end = RepeatedLooks.First; end <= 500; end += 7) Assert.InRange(Error(RepeatedLooks.LookConfidence, end), 0, 1 - RepeatedLooks.SideConfidence);
        Assert.True(Error(0.95, 500) > 0.1, "one-look intervals must be too narrow, or the test says nothing");
    }

    [Fact]
    public void The_first_look_is_the_first_that_can_say_anything()
    {
        double[] samples = [.. Enumerable.Range(1, RepeatedLooks.First).Select(i => (double)i)];
        Assert.True(2 * Math.Pow(0.5, RepeatedLooks.First) <= 1 - RepeatedLooks.LookConfidence);
        var interval = RepeatedLooks.Interval(samples);
        Assert.Equal((5.5, 1, 10), (interval.Median, interval.Low, interval.High));
    }

    private static double Error(double confidence, int end)
    {
        var above = new double[end + 2];
        above[0] = 1;
        var (error, look) = (0.0, RepeatedLooks.First);
        for (var count = 1; count <= end; count++)
        {
            for (var k = count; k >= 1; k--) above[k] = (above[k] + above[k - 1]) / 2;
            above[0] /= 2;
            if (count != look && count != end) continue;
            if (count == look) look = RepeatedLooks.After(count);
            for (var k = 0; k <= MedianInterval.LowRank(count, confidence); k++) (error, above[k]) = (error + above[k], 0);
        }

        return error;
    }
}
