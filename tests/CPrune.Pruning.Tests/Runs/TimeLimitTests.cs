using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Another time limit is the same run.</summary>
public sealed class TimeLimitTests : IDisposable
{
    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(400);

    /// <summary>More layers than there is time to cut, no two of them equal.</summary>
    private static readonly ModelGraph s_deep = Deep();

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

    [Theory]
    [InlineData(600, 0, 0, 0, 250)]
    [InlineData(700, 0, 0, 0, 150)]
    [InlineData(700, 50, 0, 0, 100)]
    [InlineData(600, 0, 200, 0, 50)]
    [InlineData(900, 0, 0, 1, 250)]
    [InlineData(1100, 0, 0, 1, 150)]
    [InlineData(1100, 0, 0, 2, 250)]
    public void A_long_training_takes_a_quarter_of_the_limit_or_what_is_left_of_it(double elapsed, double afterwards, double spent, int before, double seconds) =>
        Assert.Equal(seconds, TimePlan.LongSecondsLeft(TimeSpan.FromSeconds(1000), elapsed, afterwards, spent, before), 1e-9);

    [Fact]
    public void Its_images_follow_the_speed_that_was_measured()
    {
        var plan = new TimePlan(1000, 25_000) { ImagesPerSecond = 100 };
        Assert.Equal(15_000, plan.LongImagesIn(150, 100, 45_000, 1, 1));
        Assert.Equal(75_000, plan.LongImagesIn(250, 300, 45_000, 1, 1));
        Assert.Equal(7500, plan.LongImagesIn(100, 300, 45_000, 4, 8));
        // A third of the planned ones at least, and the paper's at most.
        Assert.Equal(8333, plan.LongImagesIn(150, 50, 45_000, 1, 1));
        Assert.Equal(1041, plan.LongImagesIn(-20, 100, 45_000, 8, 8));
        Assert.Equal(6250, plan.LongImagesIn(250, 300, 500, 8, 8));
    }

    [Theory]
    [InlineData(799, false)]
    [InlineData(801, true)]
    public void A_long_training_that_was_asked_to_be_short_leaves_its_time_to_the_walk(double elapsed, bool isOver) =>
        Assert.Equal(isOver, TimePlan.WalkIsOver(TimeSpan.FromSeconds(1000), elapsed, 0, true, longSeconds: 50));

    /// <summary>The machine's speed when the run began is not its speed for good: other work ends, and begins.</summary>
    /// <param name="inWalk">Speed of training in the walk, over the one that was measured when the run began.</param>
    /// <param name="atTheEnd">The same in the long training.</param>
    [Theory]
    [InlineData(3, 3)]
    [InlineData(0.34, 0.34)]
    [InlineData(3, 1)]
    [InlineData(1, 3)]
    [InlineData(1, 0.34)]
    public async Task A_run_ends_about_when_its_limit_does_however_fast_training_becomes(double inWalk, double atTheEnd)
    {
        var limit = TimeSpan.FromSeconds(1000);
        var (record, trainer) = await ExecuteAsync(limit, inWalk, atTheEnd, new TrainingBudget());
        Assert.InRange(record.Phases.Sum(p => p.Seconds), 0.8 * limit.TotalSeconds, 1.15 * limit.TotalSeconds);
        Assert.InRange(trainer.LongImages / (25_000 * atTheEnd), 0.5, 1.3);
    }

    [Fact]
    public async Task As_many_images_as_were_asked_for_are_trained_on()
    {
        var (record, trainer) = await ExecuteAsync(TimeSpan.FromSeconds(1000), 1, 0.34, new TrainingBudget { LongImages = 4000 });
        Assert.Equal(4000, trainer.LongImages);
        Assert.InRange(record.Phases.Sum(p => p.Seconds), 800, 1150);
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

    private static ModelGraph Deep()
    {
        var b = new GraphBuilder("deep", 1);
        var x = b.Input(3, 8, 8);
        for (var layer = 0; layer < 12; layer++) x = b.Relu(b.Conv(x, 48 + (8 * layer), Window.Same(3)));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }

    /// <summary>Training at 100 images a second to begin with; timing a candidate takes a minute.</summary>
    private async Task<(RunRecord Record, PacedTrainer Trainer)> ExecuteAsync(TimeSpan limit, double inWalk, double atTheEnd, TrainingBudget training)
    {
        var clock = new PacedClock();
        var trainer = new PacedTrainer(clock);
        var progress = new Relay<RunEvent>(e =>
        {
            if (e is not RunEvent.PhaseStarted { Detail: var what }) return;
            if (what.StartsWith("a rehearsal", StringComparison.Ordinal)) trainer.ImagesPerSecond = 100 * inWalk;
            trainer.IsLong = what.StartsWith("long training of accepted model", StringComparison.Ordinal);
            if (trainer.IsLong) trainer.ImagesPerSecond = 100 * atTheEnd;
        });
        var record = await _run.ExecuteAsync(
            new Fuse(), model: s_deep, itsTrainer: trainer, floor: 0.5, timeLimit: limit, clock: clock, progress: progress, selectionImages: 3000, training: training,
            seen: (options, ratio) =>
            {
                clock.Pass(options.WidthBelow is null ? 0 : 60);
                return ratio;
            });
        Assert.StartsWith("the time limit leaves room only for", record.EndReason, StringComparison.Ordinal);
        return (record, trainer);
    }

    private Task<RunRecord> ExecuteAsync(TimeSpan? limit, Fuse? fuse = null, Events? events = null) =>
        _run.ExecuteAsync(fuse ?? new Fuse(), floor: 0.9, timeLimit: limit, clock: new TickingClock(), progress: events);

    /// <summary>Changes nothing, in as much time as its speed says; an evaluation takes two seconds.</summary>
    private sealed class PacedTrainer(PacedClock clock) : ITrainer
    {
        public double ImagesPerSecond { get; set; } = 100;

        public bool IsLong { get; set; }

        /// <summary>Seen in the long training.</summary>
        public long LongImages { get; private set; }

        public ModelGraph Train(
            ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
            IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            clock.Pass(recipe.Images / ImagesPerSecond);
            if (IsLong) LongImages += recipe.Images;
            return graph;
        }

        public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
        {
            clock.Pass(2);
            var gone = 1 - ((double)GraphStatistics.Parameters(graph) / GraphStatistics.Parameters(s_deep));
            const int Total = 100_000;
            return new Accuracy((int)(Total * (0.95 - (0.06 * gone))), Total, [.. Enumerable.Repeat(true, images.Count)]);
        }
    }
}
