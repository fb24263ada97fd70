using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

public class RateSearchTests
{
    [Theory]
    [InlineData(1e-3, 3)] // Both neighbours are worse.
    [InlineData(9e-3, 4)] // Two steps up and one too far.
    [InlineData(1.0 / 3000, 4)] // One up, one down and one too far.
    [InlineData(1, 4)] // The search ends three steps away.
    public void TheRateThatBringsBackMostIsFound(double best, int trainings)
    {
        var tried = RateSearch.Climb(new TriedRate(RateSearch.First, Top1(RateSearch.First, best)), rate => Top1(rate, best));
        Assert.Equal(trainings, tried.Count);
        Assert.Equal(Math.Min(best, 27e-3), tried[0].LearningRate, 1e-9);
    }

    [Fact]
    public void WhereAllDivergeLowerRatesAreTried()
    {
        var tried = RateSearch.Climb(new TriedRate(RateSearch.First, 0), _ => 0);
        Assert.Equal([1e-3, 3e-3, 1e-3 / 3, 1e-3 / 9, 1e-3 / 27], tried.Select(t => t.LearningRate), (a, b) => Math.Abs(a - b) < 1e-9);
    }

    private static double Top1(double rate, double best) => 0.9 - (0.01 * Math.Abs(Math.Log(rate / best)));
}
