using System.Globalization;
using CPrune.Graph;
using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>The walk reaches the floor with models that were trained shortly; a longer training gives them room.</summary>
public sealed class SecondWindTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task WhereALongerTrainingGivesRoomTheWalkGoesOn()
    {
        var winds = new List<RunEvent.SecondWindEnded>();
        var without = await ExecuteAsync(new Fuse(), recovers: 0);
        Directory.Delete(_run.Folder, recursive: true);
        var with = await ExecuteAsync(new Fuse(), recovers: 0.7, new Relay<RunEvent>(e => winds.AddRange(new[] { e }.OfType<RunEvent.SecondWindEnded>())));
        Assert.NotEmpty(winds);
        Assert.True(with.After!.LatencySeconds < without.After!.LatencySeconds, $"{with.After.LatencySeconds} against {without.After.LatencySeconds}");
        Assert.True(with.After.TestTop1 >= SmallRun.Floor);
        Assert.StartsWith("half a step more could cost 0.25 % of accuracy and cross the floor", with.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereACutThatIsCheapEnoughCrossesTheFloorTheLongerTrainingComesBeforeAnotherCut()
    {
        var events = new Events();
        await _run.ExecuteAsync(new Fuse(), itsTrainer: new RecoveringTrainer(new Fuse(), recovers: 0.5), progress: events);
        var steps = events.All.Where(e => e is RunEvent.CandidateTried or RunEvent.SecondWindEnded).ToList();
        var crossed = steps.FindIndex(e => e is RunEvent.CandidateTried { Candidate: { Verdict: Verdict.TooInaccurate, Reason: var why } } && why.Contains("is below the floor", StringComparison.Ordinal));
        Assert.InRange(crossed, 1, steps.Count - 2);
        Assert.IsType<RunEvent.SecondWindEnded>(steps[crossed + 1]);
        Assert.Contains(steps.Skip(crossed + 2), e => e is RunEvent.CandidateTried);
    }

    [Fact]
    public async Task APowerCutDuringOneChangesNothingInTheResult()
    {
        var fuse = new Fuse();
        var expected = await ExecuteAsync(fuse, recovers: 0.7);
        for (var blowsAt = 5; blowsAt <= fuse.Calls; blowsAt += 2)
        {
            Directory.Delete(_run.Folder, recursive: true);
            await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(new Fuse(blowsAt), recovers: 0.7));
            var resumed = await ExecuteAsync(new Fuse(), recovers: 0.7);
            Assert.Equal(expected.After, resumed.After);
            Assert.Equal(expected.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict, c.SelectionTop1)), resumed.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict, c.SelectionTop1)));
        }
    }

    /// <summary>The walk stood at the floor when its time was over, so that it was time that ended it.</summary>
    [Fact]
    public async Task OneThatThereWasNoTimeForIsMadeUpForWhenThereIsMore()
    {
        var (limit, untroubled) = (TimeSpan.FromHours(10), new Events());
        await ExecuteAsync(_run, limit, new StandingClock(), untroubled);
        Assert.Contains(untroubled.All, e => e is RunEvent.SecondWindEnded);
        var lastBefore = untroubled.All.TakeWhile(e => e is not RunEvent.SecondWindEnded).OfType<RunEvent.CandidateTried>().Last().Candidate.Number;

        using var run = new SmallRun();
        var (clock, hurried, patient) = (new StandingClock(), new Events(), new Events());
        var relay = new Relay<RunEvent>(e =>
        {
            hurried.Report(e);
            if (e is RunEvent.PhaseStarted { Detail: var what } && what.StartsWith($"candidate {lastBefore}: ", StringComparison.Ordinal)) clock.Passes = limit - TimeSpan.FromHours(1);
        });
        var first = await ExecuteAsync(run, limit, clock, relay);
        Assert.StartsWith("half a step more could cost", first.EndReason, StringComparison.Ordinal);
        Assert.DoesNotContain(hurried.All, e => e is RunEvent.SecondWindEnded);

        await ExecuteAsync(run, 10 * limit, clock, patient);
        Assert.Contains(patient.All, e => e is RunEvent.SecondWindEnded);
    }

    /// <summary>The time for the walk is over with its second segment; what was begun is finished, in one sitting and in two.</summary>
    [Fact]
    public async Task OneThatWasBegunInTimeIsFinishedAfterAKill()
    {
        var (whole, events) = (new Fuse(), new Events());
        var expected = await ExecuteAsync(_run, whole, events);
        Assert.Single(events.All, e => e is RunEvent.SecondWindEnded);
        for (var blowsAt = 5; blowsAt <= whole.Calls; blowsAt++)
        {
            using var run = new SmallRun();
            await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(run, new Fuse(blowsAt), new Events()));
            Assert.Equal(expected.After, (await ExecuteAsync(run, new Fuse(), new Events())).After);
        }

        static Task<RunRecord> ExecuteAsync(SmallRun run, Fuse fuse, Events events)
        {
            var (limit, clock) = (TimeSpan.FromHours(10), new PacedClock());
            var isInWind = false;
            var trainer = new RecoveringTrainer(fuse, recovers: 0.4, _ => clock.Pass(isInWind ? 0.35 * limit.TotalSeconds : 0));
            var relay = new Relay<RunEvent>(e =>
            {
                events.Report(e);
                isInWind = e is RunEvent.PhaseStarted { Detail: "a longer training of the accepted model, for room above the floor" } || (isInWind && e is RunEvent.PhaseAdvanced);
            });
            return run.ExecuteAsync(fuse, itsTrainer: trainer, progress: relay, limits: new WalkLimits { Alpha = AccuracyGate.UsualAlpha }, timeLimit: limit, clock: clock);
        }
    }

    /// <summary>Training has become three times as fast as it was when the run began, so that every part of the long one is planned anew.</summary>
    [Fact]
    public async Task APowerCutUnderATimeLimitChangesNothingInTheResult()
    {
        var whole = new Fuse();
        var expected = await ExecuteAsync(_run, whole);
        var images = LongImages(_run);
        Assert.True(images.Length >= 8 && images.Distinct().Count() > 1, string.Join(' ', images));
        for (var blowsAt = 1; blowsAt <= whole.Calls; blowsAt++)
        {
            using var run = new SmallRun();
            await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(run, new Fuse(blowsAt)));
            var resumed = await ExecuteAsync(run, new Fuse());
            Assert.Equal(expected.After, resumed.After);
            Assert.Equal(expected.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict, c.SelectionTop1)), resumed.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict, c.SelectionTop1)));
            Assert.Equal(images, LongImages(run));
        }

        static Task<RunRecord> ExecuteAsync(SmallRun run, Fuse fuse)
        {
            var clock = new PacedClock();
            var trainer = new RecoveringTrainer(fuse, recovers: 0.7, recipe => clock.Pass(recipe.Images / (recipe.LearningRate == 0 ? 5.0 : 15)));
            return run.ExecuteAsync(fuse, itsTrainer: trainer, limits: new WalkLimits { Alpha = AccuracyGate.UsualAlpha }, timeLimit: TimeSpan.FromSeconds(1000), clock: clock);
        }

        static long?[] LongImages(SmallRun run)
        {
            using var store = RunStore.Open(run.Folder);
            return [.. store.ReadJournal().OfType<JournalEntry.LongTrainingAdvanced>().Select(e => e.Images)];
        }
    }

    /// <summary>What a shortly trained model lacks is then read as if there had been none, as something that all short trainings since the original left.</summary>
    [Fact]
    public async Task OneThatDivergesSettlesNothing()
    {
        var isInWind = false;
        var relay = new Relay<RunEvent>(e => isInWind = e is RunEvent.PhaseStarted { Detail: "a longer training of the accepted model, for room above the floor" });
        var trainer = new RecoveringTrainer(new Fuse(), recovers: 0.7, _ =>
        {
            if (isInWind) throw new TrainingDivergedException(1);
        });
        await _run.ExecuteAsync(new Fuse(), itsTrainer: trainer, progress: relay, limits: new WalkLimits { Alpha = AccuracyGate.UsualAlpha });
        using var store = RunStore.Open(_run.Folder);
        var state = RunState.Of(store.ReadJournal());
        Assert.All(state.SecondWinds.Values, w => Assert.True(w.Failed));
        Assert.NotEmpty(state.SecondWinds);
        var trained = state.Candidates.Where(c => c.Candidate.Verdict == Verdict.Accepted).Sum(c => c.Candidate.TrainedImages!.Value);
        var untouched = SelectionScale.Of(state.Judged!.TestTop1, state.Judged.SelectionTop1, state.Judged.Rehearsal);
        Assert.Equal(untouched.After(trained), state.ScaleAt(state.Accepted.Count - 1));
        Assert.Equal(untouched.After(trained + state.Plan!.ShortImages), state.Scale);
        Assert.Equal(untouched, state.ScaleAt(0));
    }

    private Task<RunRecord> ExecuteAsync(Fuse fuse, double recovers, IProgress<RunEvent>? progress = null) =>
        _run.ExecuteAsync(fuse, itsTrainer: new RecoveringTrainer(fuse, recovers), progress: progress, limits: new WalkLimits { Alpha = AccuracyGate.UsualAlpha });

    private static Task<RunRecord> ExecuteAsync(SmallRun run, TimeSpan limit, TimeProvider clock, IProgress<RunEvent> events) => run.ExecuteAsync(
        new Fuse(), itsTrainer: new RecoveringTrainer(new Fuse(), recovers: 0.4), progress: events, limits: new WalkLimits { Alpha = AccuracyGate.UsualAlpha }, timeLimit: limit, clock: clock);

    /// <summary>Time passes where a test lets it: between the next look at it and the one after that.</summary>
    private sealed class StandingClock : TimeProvider
    {
        private TimeSpan _now;

        public TimeSpan Passes { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            var now = _now;
            (_now, Passes) = (now + Passes, TimeSpan.Zero);
            return now.Ticks;
        }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }

    /// <summary>Accuracy falls with the parameters that are gone, and comes back in part where a model has seen many images; the model itself says how many.</summary>
    /// <param name="recovers">Share of the loss that comes back.</param>
    /// <param name="during">Happens while it trains.</param>
    private sealed class RecoveringTrainer(Fuse fuse, double recovers, Action<TrainingRecipe>? during = null) : ITrainer
    {
        private const string Seen = "seen";
        private const double Loss = 0.04, Many = 1000;

        public ModelGraph Train(
            ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
            IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            fuse.Burn();
            during?.Invoke(recipe);
            var seen = SeenBy(graph) + recipe.Images - recipe.ImagesBefore;
            return graph with { Metadata = graph.Metadata with { Properties = graph.Metadata.Properties.SetItem(Seen, seen.ToString(CultureInfo.InvariantCulture)) } };
        }

        public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
        {
            fuse.Burn();
            var gone = 1 - ((double)GraphStatistics.Parameters(graph) / GraphStatistics.Parameters(SmallRun.Model));
            const int Total = 100_000;
            var kept = 1 - (recovers * Math.Min(1, SeenBy(graph) / Many));
            return new Accuracy((int)(Total * (0.95 - (Loss * gone * kept))), Total, [.. Enumerable.Repeat(true, images.Count)]);
        }

        private static long SeenBy(ModelGraph graph) => long.Parse(graph.Metadata.Properties.GetValueOrDefault(Seen) ?? "0", CultureInfo.InvariantCulture);
    }
}
