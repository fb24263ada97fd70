using CPrune.Devices;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A model that crashes, hangs or has no program that runs costs one candidate, not the run.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    /// <summary>Candidates are timed as narrowly as the gate needs it.</summary>
    [Theory]
    [InlineData("cprune")]
    [InlineData("uniform")]
    [InlineData("knapsack")]
    public async Task ACandidateWhoseLibraryCrashesIsRefusedAndTheWalkGoesOn(string policy)
    {
        var timed = 0;
        double FirstCrashes(CompareOptions options, double ratio) => options.WidthBelow is not null && timed++ == 0 ? throw new LibraryFailedException("timing a library: the worker was killed by SIGSEGV") : ratio;
        var record = await _run.ExecuteAsync(new Fuse(), model: SmallRun.Wide, seen: FirstCrashes, policy: PolicyCatalog.Find(policy));
        Assert.Equal((Verdict.Failed, "timing a library: the worker was killed by SIGSEGV"), (record.Candidates[0].Verdict, record.Candidates[0].Reason));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
        // What was measured for it, and to choose the cut, was measured all the same.
        Assert.True(record.Candidates[0].Trials > 0);
        if (policy == "cprune") Assert.DoesNotContain(record.Candidates.Skip(1), c => c.Layers.SequenceEqual(record.Candidates[0].Layers));
    }

    [Fact]
    public async Task ACandidateOfWhichAKernelHasNoProgramIsRefusedAndTheWalkGoesOn()
    {
        var record = await _run.ExecuteAsync(new Fuse(), tuner: new TunerWithGaps(new FakeTuner(new Fuse()), failsAt: 2));
        Assert.Equal((Verdict.Failed, "no program of it runs"), (record.Candidates[0].Verdict, record.Candidates[0].Reason));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
    }

    /// <summary>The tuner's first calls are for the original and the staircases of its layers.</summary>
    [Fact]
    public async Task WhereWidthsCannotBeMeasuredTogetherTheyAreOneByOne()
    {
        var record = await _run.ExecuteAsync(new Fuse(), model: SmallRun.Wide, policy: PolicyCatalog.Find("knapsack"), tuner: new TunerWithGaps(new FakeTuner(new Fuse()), failsAt: 2));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    /// <summary>Points of the trade-off are timed for five seconds at most.</summary>
    [Fact]
    public async Task APointOfTheTradeOffThatCrashesIsMissingWithItsReasonAndNotTriedAgain()
    {
        var timed = 0;
        double SecondCrashes(CompareOptions options, double ratio) => options.TimeLimit == TimeSpan.FromSeconds(5) && ++timed == 2 ? throw new LibraryFailedException("no answer within 60 s") : ratio;
        await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(new Fuse(), seen: (options, ratio) => IsFinal(options) ? throw new PowerCutException() : SecondCrashes(options, ratio), withTrace: true));
        var points = timed;
        var record = await _run.ExecuteAsync(new Fuse(), seen: SecondCrashes, withTrace: true);
        Assert.Equal(points, timed);
        Assert.Equal(new MissingPoint(Path.Combine("trace", "002.onnx"), "no answer within 60 s"), Assert.Single(record.MissingFromTrace));
        Assert.Equal(points, record.Trace.Length);
        Assert.Equal(record.Trace.Length + 1, Directory.GetFiles(Path.Combine(_run.Folder, "trace")).Length);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task APointOfTheTradeOffWithoutAProgramIsMissing()
    {
        var record = await _run.ExecuteAsync(
            new Fuse(), policy: PolicyCatalog.Find("predict"), tuner: new TunerWithGaps(new FakeTuner(new Fuse()), failsAt: 2), withTrace: true);
        Assert.Equal(new MissingPoint(Path.Combine("trace", "001.onnx"), "no program of it runs"), Assert.Single(record.MissingFromTrace));
    }

    [Fact]
    public async Task AResultThatCrashesAtTheEndGivesWayToAnEarlierModel()
    {
        var final = 0;
        double LastCrashes(CompareOptions options, double ratio) => IsFinal(options) && final++ == 0 ? throw new LibraryFailedException("it crashed") : ratio;
        var record = await _run.ExecuteAsync(new Fuse(), seen: LastCrashes);
        Assert.Contains("after long training: it crashed", record.EndReason, StringComparison.Ordinal);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    /// <summary>Every candidate passed its gate, and the result, timed with the original for longer, is not certainly faster.</summary>
    [Theory]
    [InlineData(1.2)]
    [InlineData(0.9995)]
    public async Task AResultThatIsNotCertainlyFasterIsRefused(double atTheEnd)
    {
        var record = await _run.ExecuteAsync(new Fuse(), seen: (options, ratio) => IsFinal(options) ? atTheEnd : ratio);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.StartsWith("nothing faster was found at this accuracy, the result is the original model, tuned", record.EndReason, StringComparison.Ordinal);
        Assert.Contains("of the original's, at worst ", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(record.Before, record.After);
    }

    /// <summary>The last comparison takes longest.</summary>
    private static bool IsFinal(CompareOptions options) => options.TimeLimit >= TimeSpan.FromSeconds(20);
}
