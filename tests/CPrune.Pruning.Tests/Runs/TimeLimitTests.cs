using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Another time limit is the same run. Every look at the clock takes five seconds.</summary>
public sealed class TimeLimitTests : IDisposable
{
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(400);

    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_run_that_ended_for_want_of_time_goes_on_when_given_more()
    {
        var first = await ExecuteAsync(s_short);
        Assert.StartsWith("the time limit leaves room only for", first.EndReason, StringComparison.Ordinal);
        Assert.NotNull(first.After);
        var events = new Events();
        var second = await ExecuteAsync(null, new Fuse(), events);
        Assert.Contains(new RunEvent.TimeLimitChanged("none", true), events.All);
        Assert.DoesNotContain("time limit", second.EndReason, StringComparison.Ordinal);
        Assert.Equal(first.Candidates, second.Candidates.Take(first.Candidates.Length), (a, b) => a!.Number == b!.Number && a.Verdict == b.Verdict);
        Assert.True(second.Candidates.Length > first.Candidates.Length);
        Assert.True(second.After!.LatencySeconds < first.After!.LatencySeconds);
        Assert.Equal("none", second.Header.Options["time-limit"]);
    }

    [Fact]
    public async Task A_limit_that_leaves_no_more_room_changes_nothing_decided()
    {
        var first = await ExecuteAsync(s_short);
        var fuse = new Fuse();
        var again = await ExecuteAsync(s_short - TimeSpan.FromSeconds(1), fuse);
        Assert.Equal(0, fuse.Calls);
        Assert.Equal(first.After, again.After);
    }

    [Fact]
    public void Short_trainings_stay_and_the_long_one_follows_the_limit()
    {
        var budget = new TrainingBudget();
        var plan = TimePlan.Of(budget, TimeSpan.FromHours(1), imagesPerSecond: 100, trainImages: 45_000);
        var longer = plan.WithLimit(budget, TimeSpan.FromHours(2), 45_000);
        Assert.Equal(plan.ShortImages, longer.ShortImages);
        Assert.Equal(2 * plan.LongImages, longer.LongImages);
        Assert.Equal(20 * plan.ShortImages, plan.WithLimit(budget, null, 45_000).LongImages);
        Assert.Equal(500, plan.WithLimit(budget with { LongImages = 500 }, null, 45_000).LongImages);
    }

    /// <summary>Thirty parts, half as many images again for batch norm's statistics, at three times the speed of training: 2 % of the limit.</summary>
    [Fact]
    public void A_models_parts_are_looked_at_with_as_many_images_as_the_limit_has_room_for()
    {
        var plan = new TimePlan(1000, 10_000) { ImagesPerSecond = 100 };
        Assert.Equal(480, plan.GlanceImages(TimeSpan.FromHours(1), 30));
        Assert.Equal(1000, plan.GlanceImages(TimeSpan.FromHours(3), 30));
        Assert.Equal(1000, plan.GlanceImages(null, 30));
        Assert.Equal(200, plan.GlanceImages(TimeSpan.FromMinutes(1), 30));
    }

    private Task<RunRecord> ExecuteAsync(TimeSpan? limit, Fuse? fuse = null, Events? events = null) =>
        _run.ExecuteAsync(fuse ?? new Fuse(), floor: 0.9, timeLimit: limit, clock: new TickingClock(), progress: events);

    private sealed class TickingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds += 5;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
