using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Tuning.Records;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Whole runs by each policy and for each goal, with parts that only calculate.</summary>
public sealed class PolicyRunTests : IDisposable
{
    private readonly SmallRun _run = new();

    public static TheoryData<string> Names => [.. PolicyCatalog.Names];

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EveryPolicyFindsSomethingFasterAndKeepsTheFloor(string policy)
    {
        var record = await ExecuteAsync(policy);
        Assert.True(record.After!.LatencySeconds < 0.95 * record.Before.LatencySeconds, $"{record.After.LatencySeconds / record.Before.LatencySeconds:P1}: {record.EndReason}");
        Assert.True(record.After.TestTop1 >= SmallRun.Floor);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EveryPolicyGoesOnAfterAPowerCutAsIfThereHadBeenNone(string policy)
    {
        var fuse = new Fuse();
        var expected = await ExecuteAsync(policy, fuse);
        for (var blowsAt = 4; blowsAt <= fuse.Calls; blowsAt += 3)
        {
            Directory.Delete(_run.Folder, recursive: true);
            await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(policy, new Fuse(blowsAt)));
            var resumed = await ExecuteAsync(policy);
            Assert.Equal(expected.After, resumed.After);
            Assert.Equal(expected.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict)), resumed.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict)));
        }
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("knapsack")]
    public async Task ACutThatCostTooMuchIsNotTriedAgain(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), SmallRun.Model, 50), policy: PolicyCatalog.Find(policy));
        var cuts = record.Candidates.Select(c => $"{c.Step} of {string.Join(' ', c.Layers)}").ToList();
        Assert.NotEmpty(cuts);
        Assert.Distinct(cuts);
    }

    [Fact]
    public async Task UniformTakesTheSameShareOfEveryGroup()
    {
        var record = await ExecuteAsync("uniform");
        Assert.All(record.Candidates, c => Assert.EndsWith(" groups", c.TaskLabel));
        foreach (var layer in record.Channels.Where(c => c.Before > 10))
            Assert.Equal(0, layer.After % 8);
        var shares = record.Channels.Where(c => c.Before > 10).Select(c => 1 - ((double)c.After / c.Before)).ToList();
        Assert.True(shares.Max() - shares.Min() <= 8.0 / 32, string.Join(", ", shares));
    }

    [Fact]
    public async Task NetAdaptComparesAllTasksBeforeItAcceptsOne()
    {
        var record = await ExecuteAsync("netadapt");
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Probed);
        var first = record.Candidates.TakeWhile(c => c.Number <= 3).ToList();
        Assert.Equal(3, first.Select(c => c.TaskLabel).Distinct().Count());
        var chosen = Assert.Single(first, c => c.Verdict == Verdict.Accepted);
        Assert.Equal(first.Max(c => c.SelectionTop1), chosen.SelectionTop1);
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("predict")]
    public async Task AGlobalChoiceCutsGroupsByDifferentNumbersAndSavesTheShareAskedFor(string policy)
    {
        var record = await ExecuteAsync(policy);
        var first = record.Candidates[0];
        Assert.EndsWith(" groups", first.TaskLabel);
        Assert.InRange(first.Ratio!.Value, 0.5, 1 - 0.16 + 1e-3);
        Assert.True(record.Channels.Where(c => c.Before > 10).Select(c => (double)c.After / c.Before).Distinct().Count() > 1);
    }

    [Theory]
    [InlineData("cprune")]
    [InlineData("uniform")]
    [InlineData("knapsack")]
    public async Task WhereACutCostNextToNothingTheNextIsLarger(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), SmallRun.Model, 1e-5), policy: PolicyCatalog.Find(policy));
        var accepted = record.Candidates.Where(c => c.Verdict == Verdict.Accepted).GroupBy(c => c.Layers.Order().First()).First(g => g.Count() > 1).Take(2).ToList();
        if (policy == "knapsack") Assert.InRange(accepted[1].Ratio!.Value, 0.4, 1 - (1.8 * (1 - accepted[0].Ratio!.Value)));
        else Assert.True(accepted[1].Step > accepted[0].Step, $"{accepted[0].Step}, then {accepted[1].Step}");
    }

    [Fact]
    public async Task StaircasesAreMeasuredOnceHoweverOftenARunIsKilled()
    {
        var tables = 0;
        var progress = new Relay<RunEvent>(e =>
        {
            if (e is RunEvent.PhaseAdvanced { Unit: "points" } p && p.Done == p.Planned) tables++;
            if (e is RunEvent.CandidateTried) throw new PowerCutException();
        });
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("knapsack"), progress: progress));
            Assert.Equal(1, tables);
        }
    }

    /// <summary>Six trials a changed task, but no more than if two fifths of the tasks had changed.</summary>
    [Fact]
    public async Task ACutThatChangesMostTasksIsGivenFewerTrialsATask()
    {
        var tuner = new FakeTuner(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("uniform"), tuner: tuner, limits: new WalkLimits { MaxIterations = 1 });
        var tasks = record.TasksBefore.Count(t => t.Macs > 0);
        Assert.True(tuner.TunedAgain.Count > 0.4 * tasks);
        Assert.Equal((int)Math.Ceiling(6 * 0.4 * tasks), Assert.Single(tuner.Calls, c => c.Contests.IsEmpty).Trials);
    }

    [Fact]
    public async Task WhatAGlobalChoiceIsMadeByCountsAsMeasuredForTheCandidates()
    {
        var record = await ExecuteAsync("knapsack");
        Assert.InRange(record.Trials.Candidates, record.Candidates.Sum(c => c.Trials) + 10, int.MaxValue);
    }

    /// <summary>A quarter of the last convolution is a twelfth of the time: less than a global choice first asks for.</summary>
    [Theory]
    [InlineData("knapsack")]
    [InlineData("predict")]
    public async Task WhereNoWidthsSaveWhatIsAskedForAGlobalChoiceAsksForLess(string policy)
    {
        var kept = SmallRun.Model.Nodes.Where(n => n.OpType == "Conv").Take(2).Select(n => new LayerCap("--keep", n.Name, 0));
        var record = await _run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find(policy), limits: new WalkLimits { MaxLayerCut = 0.25, LayerCaps = [.. kept] });
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.InRange(record.After!.LatencySeconds / record.Before.LatencySeconds, 0.9, 0.98);
    }

    [Fact]
    public async Task NetAdaptTakesTheBestOfARoundThatIsBrokenOff()
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("netadapt"), limits: new WalkLimits { MaxIterations = 2 });
        Assert.Equal(2, record.Candidates.Length);
        var chosen = Assert.Single(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.Equal(record.Candidates.Max(c => c.SelectionTop1), chosen.SelectionTop1);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task WithoutRecordsNothingIsPredicted()
    {
        using var nothing = SqliteRecordStore.InMemory();
        var record = await _run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("predict"), records: nothing);
        Assert.Empty(record.Candidates);
        Assert.EndsWith("; times can be predicted from 8 tuned workloads on, and the records of this target hold 0; tune a model first", record.EndReason);
    }

    [Fact]
    public async Task FlopsVisitsTheTaskWithTheMostMultiplyAccumulatesFirst()
    {
        var record = await ExecuteAsync("flops");
        var most = record.TasksBefore.MaxBy(t => t.Macs * t.Multiplicity)!;
        Assert.Equal(most.Label, record.Candidates[0].TaskLabel);
    }

    [Fact]
    public async Task APredictingRunTunesAndTimesNothingUntilTheWalkIsOver()
    {
        var (tuner, once) = (new FakeTuner(new Fuse()), new FakeTuner(new Fuse()));
        var record = await _run.ExecuteAsync(new Fuse(), tuner: tuner, policy: PolicyCatalog.Find("predict"));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.All(record.Candidates, c => Assert.Equal((0, null, null), (c.Trials, c.RatioLow, c.RatioHigh)));
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
        // The original and the result are tuned, whatever lies between them.
        Directory.Delete(_run.Folder, recursive: true);
        await _run.ExecuteAsync(new Fuse(), tuner: once, policy: PolicyCatalog.Find("predict"), limits: new WalkLimits { MaxIterations = 1 });
        Assert.Equal(once.Calls.Count, tuner.Calls.Count);
    }

    [Fact]
    public async Task ALatencyBudgetEndsTheWalkAndWidensTheAccuracyGateUntilThen()
    {
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), SmallRun.Model, 0.2), goal: new Goal.Latency(1.1e-3));
        Assert.True(record.Before.LatencySeconds > 1.5e-3);
        Assert.True(record.After!.LatencySeconds <= 1.1e-3, $"{record.After.LatencySeconds}");
        Assert.Equal("the accepted model is within the latency budget of 1.1 ms", record.EndReason);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.TooInaccurate);
    }

    /// <summary>A cut aims at what is still missing: what is saved beyond it is accuracy given away.</summary>
    [Fact]
    public async Task AGlobalChoiceSavesNoMoreThanALatencyBudgetAsksFor()
    {
        var (policy, model) = (PolicyCatalog.Find("knapsack"), SmallRun.Wide);
        var free = await _run.ExecuteAsync(new Fuse(), model: model, policy: policy);
        Assert.True(free.Candidates[0].LatencySeconds < 0.85 * free.Before.LatencySeconds, $"{free.Candidates[0].Ratio}");
        Directory.Delete(_run.Folder, recursive: true);
        var record = await _run.ExecuteAsync(new Fuse(), model: model, policy: policy, goal: new Goal.Latency(0.97 * free.Before.LatencySeconds));
        Assert.InRange(record.After!.LatencySeconds / record.Before.LatencySeconds, 0.9, 0.97);
    }

    /// <summary>What a predictor foresaw, or a walk measured, is not what is promised.</summary>
    [Fact]
    public async Task AResultThatIsSlowerThanTheWalkBelievedMissesItsBudgetAloud()
    {
        var record = await _run.ExecuteAsync(
            new Fuse(), policy: PolicyCatalog.Find("predict"), goal: new Goal.Latency(3e-3), compiler: new FakeCompiler(overhead: 2e-3));
        Assert.Matches(@"^the accepted model is within the latency budget of 3 ms; the result takes 3\.\d+ ms, more than the latency budget of 3 ms$", record.EndReason);
    }

    /// <summary>Records are shared: by the time a run goes on others have tuned.</summary>
    [Fact]
    public async Task AResumedRunForeseesWhatItForesaw()
    {
        var fuse = new Fuse();
        var expected = await ExecuteAsync("predict", fuse);
        Directory.Delete(_run.Folder, recursive: true);
        await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync("predict", new Fuse(fuse.Calls / 2)));
        using var nothing = SqliteRecordStore.InMemory();
        var resumed = await _run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("predict"), records: nothing);
        Assert.Equal(expected.After, resumed.After);
        Assert.Equal(expected.Candidates.Select(c => (c.Step, c.Ratio)), resumed.Candidates.Select(c => (c.Step, c.Ratio)));
    }

    [Fact]
    public async Task TheTradeOffOfForeseenModelsIsTunedBeforeItIsTimed()
    {
        var tuner = new FakeTuner(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("predict"), tuner: tuner, withTrace: true);
        var changed = record.Trace.Length - 1;
        Assert.True(changed > 0);
        Assert.True(tuner.TunedAgain.Count >= changed, $"{tuner.TunedAgain.Count} tasks tuned for {changed} points");
    }

    [Fact]
    public async Task ABudgetOutOfReachIsSaid()
    {
        var record = await _run.ExecuteAsync(new Fuse(), goal: new Goal.Latency(1e-6));
        Assert.Matches(@"; the result takes 0\.\d+ ms, more than the latency budget of 0\.001 ms$", record.EndReason);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task ATraceHasAModelAtEachPoint()
    {
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 0.01);
        var record = await _run.ExecuteAsync(new Fuse(), trainer, goal: new Goal.Trace(0));
        Assert.Equal(1 + record.Candidates.Count(c => c.Verdict == Verdict.Accepted), record.Trace.Length);
        Assert.True(record.Trace.Length > 3);
        Assert.Equal(1, record.Trace[0].Ratio, 3);
        foreach (var (point, next) in record.Trace.Zip(record.Trace.Skip(1)))
        {
            Assert.True(next.LatencySeconds < point.LatencySeconds);
            Assert.True(next.TestTop1 <= point.TestTop1);
        }

        foreach (var point in record.Trace)
            Assert.True(GraphStatistics.Macs(OnnxFile.Read(Path.Combine(_run.Folder, point.File))) * 1e-9 <= point.LatencySeconds * 1.001);
    }

    private Task<RunRecord> ExecuteAsync(string policy, Fuse? fuse = null) => _run.ExecuteAsync(fuse ?? new Fuse(), policy: PolicyCatalog.Find(policy));
}
