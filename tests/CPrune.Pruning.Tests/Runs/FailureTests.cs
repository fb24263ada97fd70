using CPrune.Compiler.Tasks;
using CPrune.Devices;
using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Tuning;
using CompareOptions = CPrune.Devices.CompareOptions;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A model that crashes, hangs or has no program that runs costs one candidate, not the run.</summary>
public sealed class FailureTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    /// <summary>The original has to be read, tuned and timed; whatever fails afterwards, once, the run ends in a result that keeps what it promises.</summary>
    [Theory]
    [InlineData("knapsack", false)]
    [InlineData("knapsack", true)]
    [InlineData("cprune", false)]
    [InlineData("cprune", true)]
    [InlineData("netadapt", true)]
    [InlineData("uniform", false)]
    public async Task WhateverFailsTheRunEndsInAResult(string policy, bool isTrace)
    {
        var whole = new Failing(-1);
        await ExecuteAsync(policy, whole, isTrace);
        Assert.True(whole.Calls >= 4, $"{whole.Calls}");
        for (var failsAt = 0; failsAt < whole.Calls; failsAt++)
        {
            _run.Clear();
            var record = await ExecuteAsync(policy, new Failing(failsAt), isTrace);
            Assert.True(record.After!.LatencySeconds <= record.Before.LatencySeconds, $"failure {failsAt}: {record.EndReason}");
            Assert.True(record.After.TestTop1 >= SmallRun.Floor, $"failure {failsAt}: {record.EndReason}");
        }
    }

    [Theory]
    [InlineData("uniform")]
    [InlineData("cprune")]
    public async Task WhereEverythingFailsTheOriginalIsTheResult(string policy)
    {
        var record = await ExecuteAsync(policy, new Failing(0, forGood: true), isTrace: true);
        Assert.StartsWith("nothing faster was found at this accuracy, the result is the original model, tuned", record.EndReason, StringComparison.Ordinal);
        Assert.NotEmpty(record.Candidates);
        Assert.All(record.Candidates, c => Assert.Equal(Verdict.Failed, c.Verdict));
        Assert.Equal(record.Before, record.After);
    }

    [Theory]
    [InlineData("cprune")]
    [InlineData("knapsack")]
    public async Task ACandidateWhoseLibraryCrashesIsRefusedWithTheReason(string policy)
    {
        var timed = 0;
        double FirstCrashes(CompareOptions options, double ratio) =>
            (policy == "knapsack" ? options is { RelativeWidth: 0.03, DecidedAt: null } : options.WidthBelow is not null) && timed++ == 0 ? throw new LibraryFailedException("timing a library: the worker was killed by SIGSEGV") : ratio;
        var record = await _run.ExecuteAsync(new Fuse(), model: SmallRun.Wide, seen: FirstCrashes, policy: policy);
        Assert.Equal((Verdict.Failed, "timing a library: the worker was killed by SIGSEGV"), (record.Candidates[0].Verdict, record.Candidates[0].Reason));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        // What was measured for it was measured all the same.
        Assert.True(record.Candidates[0].Trials > 0);
        if (policy == "cprune") Assert.DoesNotContain(record.Candidates.Skip(1), c => c.Layers.SequenceEqual(record.Candidates[0].Layers));
    }

    /// <summary>The tuner's first calls are for the original and the staircases of its layers.</summary>
    [Fact]
    public async Task WhereWidthsCannotBeMeasuredTogetherTheyAreOneByOne()
    {
        var record = await _run.ExecuteAsync(new Fuse(), model: SmallRun.Wide, tuner: new TunerWithGaps(new FakeTuner(new Fuse()), failsAt: 2));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    /// <summary>Points of the trade-off are timed for five seconds at most.</summary>
    [Fact]
    public async Task APointOfTheTradeOffThatCrashesIsMissingWithItsReasonAndNotTriedAgain()
    {
        var timed = 0;
        double SecondCrashes(CompareOptions options, double ratio) =>
            options.TimeLimit == TimeSpan.FromSeconds(5) && ++timed == 2 ? throw new LibraryFailedException("no answer within 60 s") : ratio;
        await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(
            new Fuse(), seen: (options, ratio) => IsFinal(options) ? throw new PowerCutException() : SecondCrashes(options, ratio), withTrace: true));
        var points = timed;
        var record = await _run.ExecuteAsync(new Fuse(), seen: SecondCrashes, withTrace: true);
        Assert.Equal(points, timed);
        Assert.Equal(new MissingPoint(Path.Combine("trace", "002.onnx"), "no answer within 60 s"), Assert.Single(record.MissingFromTrace));
        Assert.Equal(points, record.Trace.Length);
        Assert.Equal(record.Trace.Length + 1, Directory.GetFiles(Path.Combine(_run.Folder, "trace")).Length);
    }

    /// <summary>Every candidate was faster, and the result, timed with the original for longer, is not certainly so.</summary>
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

    private Task<RunRecord> ExecuteAsync(string policy, Failing failing, bool isTrace)
    {
        var trainer = SmallRun.Trainer(new Fuse());
        return _run.ExecuteAsync(
            new Fuse(), trainer, tuner: failing, seen: failing.Compare, policy: policy, withTrace: isTrace, progress: new Relay<RunEvent>(failing.Hear));
    }

    /// <summary>Tunes and compares, but for one call after the original was measured.</summary>
    private sealed class Failing(int failsAt, bool forGood = false) : ITuner
    {
        private readonly FakeTuner _tuner = new(new Fuse());
        private bool _isReady;

        public int Calls { get; private set; }

        public void Hear(RunEvent e) => _isReady |= e is RunEvent.OriginalMeasured;

        public double Compare(CompareOptions options, double ratio) => Fails() ? throw new LibraryFailedException("it crashed") : ratio;

        public Task<TuningResult> TuneAsync(
            IReadOnlyList<TuningTask> tasks, TuningOptions options, IProgress<TuningProgress>? progress, CancellationToken cancellation) =>
            Fails() ? throw new NoProgramRunsException("no program of it runs") : _tuner.TuneAsync(tasks, options, progress, cancellation);

        private bool Fails() => _isReady && (Calls++ == failsAt || (forGood && Calls > failsAt));
    }
}
