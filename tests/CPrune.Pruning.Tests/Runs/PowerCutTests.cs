using CPrune.Pruning.Durable;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A run that is killed and called again ends as if it had not been killed.</summary>
public sealed class PowerCutTests : IDisposable
{
    /// <summary>Calls of one step, at most: an importance look, a plan's choice or the checks of a finalist.</summary>
    private const int MostRedone = 12;

    private readonly SmallRun _run = new();

    public static TheoryData<string> Policies => [.. PolicyCatalog.Names.Where(n => n != "uncut")];

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task APowerCutAtAnyMomentChangesNothingInTheResult(string policy)
    {
        var whole = new Fuse();
        var expected = await ExecuteAsync(whole, policy);
        Assert.True(expected.After!.LatencySeconds < expected.Before.LatencySeconds, expected.EndReason);
        for (var blowsAt = 1; blowsAt <= whole.Calls; blowsAt++)
        {
            _run.Clear();
            await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(new Fuse(blowsAt), policy));
            var rest = new Fuse();
            var resumed = await ExecuteAsync(rest, policy);
            Assert.True(blowsAt + rest.Calls <= whole.Calls + MostRedone, $"{blowsAt} calls, then {rest.Calls}, where {whole.Calls} are the whole run");
            AssertSame(expected, resumed);
        }
    }

    /// <summary>The same where decisions follow the time that is left, as it was left then.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public async Task WithATimeLimitItChangesNothingEither(string policy)
    {
        var (whole, limit) = (new Fuse(), TimeSpan.FromSeconds(400));
        var expected = await ExecuteAsync(whole, policy, limit);
        for (var blowsAt = 2; blowsAt <= whole.Calls; blowsAt += 7)
        {
            _run.Clear();
            await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(new Fuse(blowsAt), policy, limit));
            AssertSame(expected, await ExecuteAsync(new Fuse(), policy, limit));
        }
    }

    /// <summary>Every process is killed at its second call that is not redone.</summary>
    [Fact]
    public async Task ARunThatIsKilledOverAndOverEnds()
    {
        var expected = await ExecuteAsync(new Fuse(), "knapsack");
        _run.Clear();
        for (var kills = 0; kills < 1000; kills++)
        {
            try
            {
                AssertSame(expected, await ExecuteAsync(new Fuse(MostRedone + 2), "knapsack"));
                return;
            }
            catch (PowerCutException)
            {
                continue;
            }
        }

        Assert.Fail("the run does not end");
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task AnEndedRunIsShownAgainWithoutWork(string policy)
    {
        var first = await ExecuteAsync(new Fuse(), policy);
        var (fuse, events) = (new Fuse(), new Events());
        var again = await ExecuteAsync(fuse, policy, progress: events);
        Assert.Equal(0, fuse.Calls);
        AssertSame(first, again);
        Assert.Equal(first.ElapsedSeconds, again.ElapsedSeconds);
        Assert.IsType<RunEvent.Resumed>(events.All[0]);
        // What was told is not told again.
        Assert.DoesNotContain(events.All, e => e is RunEvent.CandidateTried or RunEvent.OriginalRead or RunEvent.OriginalMeasured);
    }

    [Fact]
    public async Task ARunThatGoesOnSaysWhatItFound()
    {
        var whole = new Fuse();
        await ExecuteAsync(whole, "knapsack");
        _run.Clear();
        await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(new Fuse(whole.Calls / 2), "knapsack"));
        var events = new Events();
        await ExecuteAsync(new Fuse(), "knapsack", progress: events);
        var resumed = Assert.Single(events.All.OfType<RunEvent.Resumed>());
        Assert.True(resumed.Steps > 5 && resumed.Elapsed > TimeSpan.FromSeconds(5), $"{resumed}");
    }

    /// <summary>What a run spent is where it went, over all sittings.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public async Task EverySecondOfARunBelongsToAPhase(string policy)
    {
        var record = await ExecuteAsync(new Fuse(), policy, TimeSpan.FromSeconds(400));
        Assert.Equal(record.ElapsedSeconds, record.Phases.Sum(p => p.Seconds), 1e-6);
        Assert.True(record.Phases.Single(p => p.Phase == PhaseClock.Training).Seconds > 30, string.Join(", ", record.Phases));
    }

    private static void AssertSame(RunRecord expected, RunRecord resumed)
    {
        Assert.Equal(expected.After, resumed.After);
        Assert.Equal(expected.Before, resumed.Before);
        Assert.Equal(expected.Promise, resumed.Promise);
        Assert.Equal(expected.Channels, resumed.Channels);
        Assert.Equal(expected.TasksAfter, resumed.TasksAfter);
        Assert.Equal(expected.EndReason, resumed.EndReason);
        Assert.Equal(expected.Trials, resumed.Trials);
        Assert.Equal(expected.Candidates.Select(Told), resumed.Candidates.Select(Told));

        static (int, string, int, Verdict, double?, string) Told(CandidateRecord c) => (c.Number, c.TaskLabel, c.Step, c.Verdict, c.SelectionTop1, c.Reason);
    }

    private Task<RunRecord> ExecuteAsync(Fuse fuse, string policy, TimeSpan? limit = null, IProgress<RunEvent>? progress = null)
    {
        var trainer = SmallRun.Trainer(fuse);
        // Few candidates: as many kinds of steps as in a long run, in a fraction of the time.
        var settings = new PruneSettings { MaxIterations = 4, LearningRate = 0.03, FirstSpeed = 1.4 };
        return _run.ExecuteAsync(
            fuse, trainer, policy: policy, timeLimit: limit, progress: progress, reference: new FakeReferee(fuse, trainer), settings: settings);
    }
}
