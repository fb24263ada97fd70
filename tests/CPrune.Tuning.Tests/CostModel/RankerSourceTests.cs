using CPrune.Devices;
using CPrune.Tuning.CostModel;
using CPrune.Tuning.Records;

namespace CPrune.Tuning.Tests.CostModel;

public class RankerSourceTests
{
    [Fact]
    public void A_ranker_is_trained_when_enough_is_known_and_again_when_a_tenth_more_is()
    {
        var source = new RankerSource(Targets.Wide(), Programs(0, 10));
        Assert.IsType<HeuristicRanker>(source.Current());
        source.Add(Programs(10, 90));
        var learned = Assert.IsType<LearnedRanker>(source.Current());
        source.Add(Programs(100, 10));
        Assert.Same(learned, source.Current());
        source.Add(Programs(110, 1));
        Assert.NotSame(learned, source.Current());
    }

    [Fact]
    public void Failures_teach_nothing()
    {
        var source = new RankerSource(Targets.Wide(), []);
        source.Add(Programs(0, 100).Select(r => r with { Latency = null, Failure = "Crashed" }));
        Assert.IsType<HeuristicRanker>(source.Current());
    }

    private static IEnumerable<TuningRecord> Programs(int first, int count) => Enumerable.Range(first, count).Select(i =>
        new TuningRecord(new Conditions("t", CacheState.Warm), "w", $"{i}", new LatencyEstimate(1 + i, 1 + i, 1 + i, 10), null, DateTimeOffset.UnixEpoch)
        {
            Features = [.. Enumerable.Repeat((float)i, ProgramFeatures.Count)],
        });
}
