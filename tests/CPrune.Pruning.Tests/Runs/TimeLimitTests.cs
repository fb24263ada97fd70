using System.Globalization;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A run ends about when it should, and goes on when it may take longer.</summary>
public sealed class TimeLimitTests : IDisposable
{
    private readonly SmallRun _run = new();

    public static TheoryData<string> Policies => [.. PolicyCatalog.Names.Where(n => n != "uncut")];

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ARunEndsAboutWhenItsLimitDoes(string policy)
    {
        var record = await ExecuteAsync(policy, 500);
        Assert.InRange(record.ElapsedSeconds, 0.8 * 500, 1.02 * 500);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds, record.EndReason);
    }

    /// <summary>The machine's speed when the run began is not its speed for good: other work begins, and ends.</summary>
    [Theory]
    [InlineData("knapsack", 3)]
    [InlineData("knapsack", 0.3)]
    [InlineData("cprune", 3)]
    [InlineData("cprune", 0.3)]
    public async Task HoweverFastTrainingBecomes(string policy, double faster)
    {
        var fuse = new Fuse();
        var (trainer, parts) = ((FakeTrainer?)null, 0);
        trainer = new FakeTrainer(fuse, SmallRun.Model, 0.02, recovery: 0.3)
        {
            OnTraining = recipe =>
            {
                if (recipe.Images > 0 && ++parts == 4) trainer!.ImagesPerSecond *= faster;
            },
        };
        var record = await ExecuteAsync(policy, 500, fuse, trainer);
        Assert.InRange(record.ElapsedSeconds, faster > 1 && policy == "cprune" ? 0.3 * 500 : 0.6 * 500, 1.1 * 500);
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task WhereTheLimitLeavesNoTimeTheOriginalIsTheResultAndTheReasonIsTrue(string policy)
    {
        var record = await ExecuteAsync(policy, 12);
        Assert.Empty(record.Candidates);
        Assert.Equal(record.Before, record.After);
        Assert.Equal(
            policy == "cprune"
                ? "the result is the original model, tuned: the time limit leaves room only for the long training and the last checks, and not for one candidate: give more"
                : "the result is the original model, tuned: the time limit leaves no time to train one candidate: reading and tuning the original and the checks at " +
                  $"the end take {Needed(record):0} s here; give at least twice as long",
            record.EndReason);

        // And it is true: twice as long is enough for one.
        _run.Clear();
        Assert.NotEmpty((await ExecuteAsync(policy, policy == "cprune" ? 100 : 2 * Needed(record))).Candidates);
    }

    /// <summary>A cut that was hardly trained is no proof that the model cannot be made faster.</summary>
    [Fact]
    public async Task AfterTooFewImagesTheReasonIsTheTimeAndNotTheModel()
    {
        var fuse = new Fuse();
        var trainer = new FakeTrainer(fuse, SmallRun.Model, 5, recovery: 0.3) { ImagesPerSecond = SmallRun.TrainImages / 400.0 };
        var record = await _run.ExecuteAsync(fuse, trainer, settings: new PruneSettings { Batch = 16 }, timeLimit: TimeSpan.FromSeconds(60));
        Assert.NotEmpty(record.Candidates);
        Assert.Equal(record.Before, record.After);
        Assert.Matches(
            $"^the result is the original model, tuned: the time limit left time to train with [0-9,]+ images in all, of {SmallRun.TrainImages:N0} that there are, " +
            "too few to judge a cut by; give at least [0-9]+ s$", record.EndReason);
        Assert.True(double.Parse(record.EndReason!.Split("at least ")[1].Split(' ')[0], CultureInfo.InvariantCulture) > 60, record.EndReason);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ARunGoesOnWhenItMayTakeLonger(string policy)
    {
        var first = await ExecuteAsync(policy, 300);
        var (events, fuse) = (new Events(), new Fuse());
        var trainer = SmallRun.Trainer(fuse);
        var second = await ExecuteAsync(policy, 3000, fuse, trainer, events);
        Assert.Contains(new RunEvent.TimeLimitChanged("00:50:00", true), events.All);
        Assert.Equal("00:50:00", second.Header.Options["time-limit"]);
        Assert.True(second.ElapsedSeconds > first.ElapsedSeconds);
        Assert.Contains(trainer.Trainings, t => t.Recipe.Images > 0);
        Assert.True(second.After!.LatencySeconds <= first.After!.LatencySeconds * 1.001, $"{second.After.LatencySeconds} after {first.After.LatencySeconds}");
        // What was decided within the shorter limit stands, but for the last training.
        var common = first.Candidates.Length - 1;
        Assert.Equal(first.Candidates.Take(common).Select(c => (c.TaskLabel, c.Step, c.SelectionTop1)), second.Candidates.Take(common).Select(c => (c.TaskLabel, c.Step, c.SelectionTop1)));
    }

    /// <summary>A run that ended with the original, for want of time, is no exception.</summary>
    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task ARunThatHadNoTimeAtAllGoesOn(string policy)
    {
        var first = await ExecuteAsync(policy, 12);
        Assert.Empty(first.Candidates);
        var second = await ExecuteAsync(policy, 1000);
        Assert.True(second.After!.LatencySeconds < second.Before.LatencySeconds, second.EndReason);
        Assert.DoesNotContain("time limit", second.EndReason, StringComparison.Ordinal);
    }

    /// <summary>A round of NetAdapt ends with a choice among its probes, which is no candidate of its own.</summary>
    [Theory]
    [InlineData("cprune")]
    [InlineData("netadapt")]
    public async Task AWalkTakesManyStepsWithinItsLimit(string policy)
    {
        var record = await ExecuteAsync(policy, 300, floor: 0.9);
        Assert.InRange(record.ElapsedSeconds, 0.8 * 300, 1.02 * 300);
        Assert.True(record.Candidates.Count(c => c.Verdict == Verdict.Accepted) > 2, record.EndReason);
    }

    /// <summary>Its walk was over, and only its long training was cut short.</summary>
    [Fact]
    public async Task ALongTrainingThatTheLimitShortenedIsMadeAnew()
    {
        var first = await ExecuteAsync("cprune", 300);
        Assert.DoesNotContain("time limit", first.EndReason, StringComparison.Ordinal);
        var fuse = new Fuse();
        var patient = SmallRun.Trainer(fuse);
        var second = await ExecuteAsync("cprune", 3000, fuse, patient);
        Assert.Equal(first.Candidates.Select(c => c.Step), second.Candidates.Select(c => c.Step));
        Assert.True(second.ElapsedSeconds > first.ElapsedSeconds);
        Assert.InRange(patient.Trainings.Sum(t => t.Recipe.Images), (100 * SmallRun.TrainImages) - 64, 100 * SmallRun.TrainImages);
    }

    [Fact]
    public async Task ARunIsToldHowFarItIs()
    {
        var events = new Events();
        await ExecuteAsync("knapsack", 1000, progress: events);
        var advanced = events.All.OfType<RunEvent.Advanced>().ToList();
        Assert.All(advanced, e => Assert.InRange(e.Fraction, 0, 1));
        Assert.Equal(advanced.Select(e => e.Fraction).Order(), advanced.Select(e => e.Fraction));
        Assert.All(advanced, e => Assert.Equal(1000 * (1 - e.Fraction), e.Left?.TotalSeconds ?? 0, 1e-3));
    }

    private static double Needed(RunRecord record) => double.Parse(
        System.Text.RegularExpressions.Regex.Match(record.EndReason!, @"take (\d+) s here").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private Task<RunRecord> ExecuteAsync(string policy, double seconds, Fuse? fuse = null, FakeTrainer? trainer = null, IProgress<RunEvent>? progress = null,
        double floor = SmallRun.Floor)
    {
        fuse ??= new Fuse();
        return _run.ExecuteAsync(fuse, trainer ?? SmallRun.Trainer(fuse), policy: policy, timeLimit: TimeSpan.FromSeconds(seconds), progress: progress, floor: floor);
    }
}
