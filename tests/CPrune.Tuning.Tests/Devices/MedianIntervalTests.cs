using CPrune.Devices.Statistics;

namespace CPrune.Tuning.Tests.Devices;

public class MedianIntervalTests
{
    /// <summary>Ranks of the 95 % interval of a median as printed in tables (Conover, table A3), zero-based.</summary>
    [Theory]
    [InlineData(6, 0)]
    [InlineData(8, 0)]
    [InlineData(9, 1)]
    [InlineData(11, 1)]
    [InlineData(12, 2)]
    [InlineData(20, 5)]
    [InlineData(25, 7)]
    [InlineData(100, 39)]
    public void Ranks_are_those_of_the_tables(int count, int rank) => Assert.Equal(rank, MedianInterval.LowRank(count));

    [Fact]
    public void Nine_samples_give_the_second_smallest_and_largest()
    {
        var estimate = MedianInterval.Of([9, 1, 8, 2, 7, 3, 6, 4, 5]);
        Assert.Equal((5, 2, 8, 9), (estimate.Median, estimate.Low, estimate.High, estimate.Samples));
    }

    [Fact]
    public void One_sample_is_its_own_interval()
    {
        var estimate = MedianInterval.Of([3]);
        Assert.Equal((3, 3, 3), (estimate.Median, estimate.Low, estimate.High));
    }

    [Theory]
    [InlineData(new[] { 3.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5)]
    public void A_median_stands_in_the_middle(double[] samples, double median) => Assert.Equal(median, MedianInterval.Median(samples));

    [Fact]
    public void No_samples_are_an_error()
    {
        Assert.Throws<ArgumentException>(() => MedianInterval.Of([]));
        Assert.Throws<ArgumentException>(() => MedianInterval.Median([]));
    }

    [Fact]
    public void The_interval_holds_the_true_median_in_95_of_100_experiments()
    {
        var random = new Random(7);
        const int experiments = 2000;
        var hits = 0;
        for (var experiment = 0; experiment < experiments; experiment++)
        {
            // Skewed, like timings: exponential with the median ln 2.
            var estimate = MedianInterval.Of([.. Enumerable.Range(0, 25).Select(_ => -Math.Log(1 - random.NextDouble()))]);
            if (estimate.Low <= Math.Log(2) && Math.Log(2) <= estimate.High) hits++;
        }

        Assert.InRange((double)hits / experiments, 0.94, 0.98);
    }
}
