using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Runs for a latency, and for the whole trade-off.</summary>
public sealed class GoalTests : IDisposable
{
    private readonly SmallRun _run = new();

    public static TheoryData<string> Policies => [.. PolicyCatalog.Names.Where(n => n != "uncut")];

    public void Dispose() => _run.Dispose();

    /// <summary>Accuracy is no condition, but the more of it the better.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ALatencyThatIsAskedForIsMetAndNotMuchMore(string policy)
    {
        var free = await _run.ExecuteAsync(new Fuse(), policy: policy);
        _run.Clear();
        var budget = 0.7 * free.Before.LatencySeconds;
        var record = await _run.ExecuteAsync(new Fuse(), policy: policy, goal: new Goal.Latency(budget));
        Assert.InRange(record.After!.LatencySeconds, 0.75 * budget, budget);
        Assert.Null(record.Promise);
    }

    /// <summary>The same widths, trained for a tenth of the time and for all of it, are equally fast.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public async Task OfModelsThatAreFastEnoughTheMostAccurateIsTheResult(string policy)
    {
        // A walk's gate lets no more than half a point pass, even where accuracy is no condition.
        var k = PolicyCatalog.WalkOrNull(policy) is null ? 0.5 : 0.02;
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), SmallRun.Model, k, recovery: 0.5), policy: policy, goal: new Goal.Latency(1.5e-3));
        Assert.True(record.Before.LatencySeconds > 1.5e-3 && record.After!.LatencySeconds <= 1.5e-3, $"{record.After!.LatencySeconds}: {record.EndReason}");
        var fast = record.Candidates.Where(c => c.LatencySeconds <= 1.5e-3 && c.SelectionTop1 is not null).ToList();
        Assert.True(record.After!.SelectionTop1 >= fast.Max(c => c.SelectionTop1), $"{record.After.SelectionTop1} of {string.Join(", ", fast.Select(c => c.SelectionTop1))}");
        Assert.True(FakeTrainer.Images(OnnxFile.Read(Path.Combine(_run.Folder, "model.onnx"))) > 40_000);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task ALatencyOutOfReachIsSaid(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: policy, goal: new Goal.Latency(1e-6));
        Assert.Matches(@"; the result takes 0\.\d+ ms, more than the latency budget of 0\.001 ms$", record.EndReason);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task ALatencyThatTheOriginalHasIsNoReasonToCut(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: policy, goal: new Goal.Latency(1));
        Assert.Empty(record.Candidates);
        Assert.Equal(record.Before, record.After);
    }

    /// <summary>Timed in turn at the end, the library takes longer than its candidate did.</summary>
    [Fact]
    public async Task AResultThatIsSlowerThanItWasMissesItsBudgetAloud()
    {
        var record = await _run.ExecuteAsync(
            new Fuse(), policy: "knapsack", goal: new Goal.Latency(3e-3), compiler: new FakeCompiler(overhead: 2e-3), model: SmallRun.Wide);
        if (record.After!.LatencySeconds > 3e-3) Assert.EndsWith("more than the latency budget of 3 ms", record.EndReason);
        else Assert.DoesNotContain("more than the latency budget", record.EndReason, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task TheTradeOffHasAModelAtEachPoint(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: policy, goal: new Goal.Trace(new AccuracyFloor.AtLeast(0.9)));
        Assert.True(record.Trace.Length > 2, $"{record.Trace.Length} points: {record.EndReason}");
        Assert.Empty(record.MissingFromTrace);
        Assert.Equal(1, record.Trace[0].Ratio);
        Assert.Equal(record.Before.TestTop1, record.Trace[0].TestTop1);
        foreach (var point in record.Trace.Skip(1))
        {
            var model = OnnxFile.Read(Path.Combine(_run.Folder, point.File));
            Assert.Equal(GraphStatistics.Macs(model) * 1e-9, point.LatencySeconds, 1e-9);
            Assert.Equal(point.LatencySeconds / record.Before.LatencySeconds, point.Ratio, 0.02);
            Assert.True(point.Ratio < 1);
        }
    }

    /// <summary>Where accuracy is no condition the search goes down to the least latency.</summary>
    [Fact]
    public async Task ATradeOffWithoutAFloorGoesFar()
    {
        var record = await _run.ExecuteAsync(new Fuse(), goal: new Goal.Trace(null));
        Assert.True(record.Trace.Min(p => p.Ratio) < 0.4, string.Join(", ", record.Trace.Select(p => $"{p.Ratio:0.00}")));
        Assert.Null(record.Promise);
    }

    [Theory]
    [InlineData(0.9, 0.95, 0.9)]
    [InlineData(0.97, 0.95, 0.95)]
    public void AnAccuracyIsAskedForButNoMoreThanTheOriginalHas(double asked, double own, double floor) =>
        Assert.Equal(floor, new AccuracyFloor.AtLeast(asked).On(own));

    [Fact]
    public void ALossCountsFromTheOriginalsOwnAccuracyOnTheSameImages() => Assert.Equal(0.94, new AccuracyFloor.LosingAtMost(0.01).On(0.95), 1e-12);
}
