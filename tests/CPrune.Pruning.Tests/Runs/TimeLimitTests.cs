using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Another time limit is the same run.</summary>
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

    /// <summary>A quarter of the limit is for the long training and 15 % for what comes after it; as long as nothing is accepted, a third of that training will do.</summary>
    [Theory]
    [InlineData(599, 0, true, false)]
    [InlineData(601, 0, true, true)]
    [InlineData(601, 0, false, false)]
    [InlineData(765, 0, false, false)]
    [InlineData(768, 0, false, true)]
    [InlineData(501, 100, true, true)]
    public void The_walk_ends_while_there_is_time_for_what_comes_after_it(double elapsed, double afterwards, bool hasResult, bool isOver) =>
        Assert.Equal(isOver, TimePlan.WalkIsOver(TimeSpan.FromSeconds(1000), elapsed, afterwards, hasResult));

    [Fact]
    public void The_long_training_takes_what_the_walk_has_left_of_its_time()
    {
        var (budget, limit, plan) = (new TrainingBudget(), TimeSpan.FromSeconds(1000), new TimePlan(1000, 25_000) { ImagesPerSecond = 100 });
        Assert.Equal(25_000, plan.LongImagesLeft(budget, limit, null, 600, 0));
        Assert.Equal(15_000, plan.LongImagesLeft(budget, limit, null, 700, 0));
        Assert.Equal(10_000, plan.LongImagesLeft(budget, limit, null, 700, 50));
        Assert.Equal(8333, plan.LongImagesLeft(budget, limit, null, 850, 0));
        Assert.Equal(25_000, plan.LongImagesLeft(budget, null, null, 850, 0));
        Assert.Equal(25_000, plan.LongImagesLeft(budget with { LongImages = 25_000 }, limit, 300, 850, 0));
    }

    [Fact]
    public void A_model_that_trains_faster_is_trained_on_more_images_in_the_same_time()
    {
        var (budget, limit, plan) = (new TrainingBudget(), TimeSpan.FromSeconds(1000), new TimePlan(1000, 25_000) { ImagesPerSecond = 100 });
        Assert.Equal(75_000, plan.LongImagesLeft(budget, limit, 300, 500, 0));
        Assert.Equal(45_000, plan.LongImagesLeft(budget, limit, 300, 700, 0));
        Assert.Equal(15_000, plan.LongImagesLeft(budget, limit, 50, 700, 0));
    }

    /// <summary>All that comes after the walk counts: the run ends about when it should, with the trade-off and without.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_ends_about_when_its_limit_does(bool withTrace)
    {
        var limit = TimeSpan.FromSeconds(600);
        var record = await _run.ExecuteAsync(new Fuse(), floor: 0.9, timeLimit: limit, clock: new TickingClock(), withTrace: withTrace);
        Assert.StartsWith("the time limit leaves room only for", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(withTrace, record.Trace.Length > 1);
        Assert.InRange(record.Phases.Sum(p => p.Seconds), 0.6 * limit.TotalSeconds, 1.1 * limit.TotalSeconds);
    }

    [Fact]
    public async Task Under_a_limit_the_accuracy_gate_opens_before_everything_was_refused()
    {
        var (hurried, patient) = (new Events(), new Events());
        await ExecuteAsync(TimeSpan.FromHours(10), hurried);
        Directory.Delete(_run.Folder, recursive: true);
        await ExecuteAsync(null, patient);
        Assert.Equal(5, RefusedBeforeOpening(hurried));
        Assert.True(RefusedBeforeOpening(patient) > 5, $"{RefusedBeforeOpening(patient)}");

        Task ExecuteAsync(TimeSpan? limit, Events events) => _run.ExecuteAsync(
            new Fuse(), new FakeTrainer(new Fuse(), SmallRun.Wide, 0.3), model: SmallRun.Wide, floor: 0.7, timeLimit: limit, progress: events, limits: new WalkLimits { Alpha = 0.999 });

        static int RefusedBeforeOpening(Events events) =>
            events.All.TakeWhile(e => e is not RunEvent.GateRelaxed).OfType<RunEvent.CandidateTried>().Count(c => c.Candidate.Verdict == Verdict.TooInaccurate);
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
}
