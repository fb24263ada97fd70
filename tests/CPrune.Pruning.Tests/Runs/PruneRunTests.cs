using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>The whole method with a device, a tuner and a trainer that only calculate.</summary>
public sealed class PruneRunTests : IDisposable
{
    private readonly SmallRun _run = new();

    public static TheoryData<string> Policies => [.. PolicyCatalog.Names.Where(n => n != "uncut")];

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task EveryPolicyFindsSomethingFasterAndKeepsTheFloor(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: policy);
        Assert.True(record.After!.LatencySeconds < 0.95 * record.Before.LatencySeconds, $"{record.After.LatencySeconds / record.Before.LatencySeconds:P1}: {record.EndReason}");
        Assert.True(record.After.TestTop1 >= SmallRun.Floor);
        Assert.Contains(record.Channels, c => c.After < c.Before);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.All(record.Candidates, c => Assert.NotEmpty(c.CutReason));
        Assert.All(record.Candidates, c => Assert.NotEmpty(c.Reason));
        Assert.All(record.Candidates, c => Assert.Equal(c.SelectionTop1 is null, c.AccuracyChange is null));
        Assert.Equal(Enumerable.Range(1, record.Candidates.Length), record.Candidates.Select(c => c.Number));
        Assert.Equal((policy, "0.995"), (record.Policy, record.Settings["alpha"]));
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task TheResultIsWhatIsWritten(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: policy);
        var written = OnnxFile.Read(Path.Combine(_run.Folder, "model.onnx"));
        Assert.Equal(record.After!.Parameters, GraphStatistics.Parameters(written));
        Assert.Equal(record.After.FileBytes, new FileInfo(Path.Combine(_run.Folder, "model.onnx")).Length);
        Assert.Equal(record.After.LibraryBytes, new FileInfo(Path.Combine(_run.Folder, "model.so")).Length);
        Assert.True(File.Exists(Path.Combine(_run.Folder, "model.h")));
        Assert.All(record.Channels.Where(c => c.After > 0), c => Assert.Equal(c.After, LayerWidths.Of(written, written.Nodes.Single(n => n.Name == c.Layer))));
        // And trained: the fake keeps the images within the model.
        Assert.True(FakeTrainer.Images(written) > 0);
    }

    /// <summary>Cuts are deep enough that one more would lose too much, and shallow enough that the floor is kept.</summary>
    [Fact]
    public async Task APlannedSearchUsesTheAllowanceAndTheTraining()
    {
        var trainer = SmallRun.Trainer(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), trainer);
        Assert.InRange(trainer.Trainings.Sum(t => t.Recipe.Images), 0.9 * 100 * SmallRun.TrainImages, 100 * SmallRun.TrainImages);
        // Only trainings at learning rates that were not taken are not a candidate's.
        Assert.InRange(record.TrainedImages, 0.8 * 100 * SmallRun.TrainImages, 100 * SmallRun.TrainImages);
        Assert.StartsWith("the training is used up", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(record.Candidates.Where(c => c.Verdict == Verdict.Accepted).Min(c => c.LatencySeconds!.Value), record.After!.LatencySeconds, 1e-9);
    }

    [Fact]
    public async Task TheWalkEndsWhenAStepCouldCrossTheFloor()
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: "cprune");
        Assert.Equal("a step may cost 0.5 % of the accuracy (--alpha), which could cross the floor on the selection part", record.EndReason);
    }

    /// <summary>Nothing becomes faster, whatever is cut.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public async Task WhereNothingIsFasterTheOriginalIsTheResult(string policy)
    {
        var trainer = SmallRun.Trainer(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), trainer, compiler: new FakeCompiler(constantLatency: true), policy: policy);
        Assert.StartsWith("nothing faster was found at this accuracy, the result is the original model, tuned; ", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(record.Before, record.After);
        Assert.NotEmpty(record.Candidates);
        Assert.All(record.Candidates, c => Assert.Equal(Verdict.TooSlow, c.Verdict));
        // What is not faster is not trained.
        Assert.DoesNotContain(trainer.Trainings, t => t.Recipe.Images > 0);
        Assert.Equal(OnnxFile.ToBytes(SmallRun.Model), File.ReadAllBytes(Path.Combine(_run.Folder, "model.onnx")));
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("uniform")]
    public async Task WhereNoCutIsAllowedToBeDeepEnoughTheSearchEnds(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: policy, limits: new CutLimits { MaxLayerCut = 0.01, Depth = false });
        Assert.Empty(record.Candidates);
        Assert.Equal("the result is the original model, tuned: no cut makes the model faster", record.EndReason);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task WhatLosesTooMuchLeavesNothingBehind(string policy)
    {
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), SmallRun.Model, 50), policy: policy);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.TooInaccurate);
        Assert.DoesNotContain(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.Equal(record.Before, record.After);
    }

    [Fact]
    public async Task AWalkBarsATaskWhoseCutCostTooMuch()
    {
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), SmallRun.Model, 50), policy: "cprune");
        Assert.Distinct(record.Candidates.Select(c => string.Join(' ', c.Layers)));
        Assert.EndsWith("no task is left that could be cut further", record.EndReason);
    }

    [Fact]
    public async Task NetAdaptComparesAllTasksBeforeItAcceptsOne()
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: "netadapt");
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Probed);
        var first = record.Candidates.Take(3).ToList();
        Assert.Equal(3, first.Select(c => c.TaskLabel).Distinct().Count());
        Assert.Equal(first.Max(c => c.SelectionTop1), Assert.Single(first, c => c.Verdict == Verdict.Accepted).SelectionTop1);
    }

    [Fact]
    public async Task NetAdaptTakesTheBestOfARoundThatIsBrokenOff()
    {
        var record = await _run.ExecuteAsync(new Fuse(), policy: "netadapt", settings: new PruneSettings { MaxIterations = 2 });
        Assert.Equal(2, record.Candidates.Length);
        Assert.Equal(record.Candidates.Max(c => c.SelectionTop1), Assert.Single(record.Candidates, c => c.Verdict == Verdict.Accepted).SelectionTop1);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task OnlyChangedTasksAreTunedAgain()
    {
        var tuner = new FakeTuner(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), tuner: tuner, policy: "cprune");
        Assert.InRange((double)tuner.TunedAgain.Count / record.Candidates.Length, 1, record.TasksBefore.Length - 2);
        Assert.Equal(70L * record.Candidates.Length * record.TasksBefore.Count(t => t.Macs > 0), record.Trials.Published);
        Assert.Equal((double)record.Candidates.Sum(c => c.Trials) / record.Trials.Published, record.Trials.ShareOfPublished);
    }

    [Fact]
    public async Task NoMoreCandidatesAreTriedThanMayBe()
    {
        foreach (var policy in new[] { "knapsack", "cprune" })
        {
            var record = await _run.ExecuteAsync(new Fuse(), policy: policy, floor: 0.9, settings: new PruneSettings { MaxIterations = 2 });
            Assert.Equal(2, record.Candidates.Length);
            _run.Clear();
        }
    }

    /// <summary>What is not understood leaves its channels alone, and the rest is pruned.</summary>
    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task AReshapeThatMixesChannelsDoesNotEndTheRun(string policy)
    {
        var b = new GraphBuilder("mixed", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "before"));
        x = b.Relu(b.Conv(b.Reshape(x, [8, 16, 8], "mixing"), 64, Window.Same(3), name: "after"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3)));
        var model = b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
        Assert.Equal("Reshape 'mixing' does not keep the channels together", PruningGraph.Analyze(model).GroupOf("before")!.FrozenReason);

        var record = await _run.ExecuteAsync(new Fuse(), model: model, policy: policy);
        Assert.Equal(16, record.Channels.Single(c => c.Layer == "before").After);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task AModelWithNothingToPruneIsRefusedWithTheReason()
    {
        var b = new GraphBuilder("tiny", 1);
        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => _run.ExecuteAsync(new Fuse(), model: b.Build(b.Dense(b.Flatten(b.Input(3, 4, 4)), 10))));
        Assert.Equal(UserErrorKind.Model, error.Kind);
        Assert.StartsWith("nothing in model 'tiny' can be pruned: ", error.Message);
        Assert.False(Directory.Exists(_run.Folder));
    }

    [Fact]
    public async Task AnotherPolicyInTheFolderIsAnotherRun()
    {
        await _run.ExecuteAsync(new Fuse(), policy: "uniform");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _run.ExecuteAsync(new Fuse(), policy: "flops"));
        Assert.Contains("(--policy: uniform there, flops here)", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<UserErrorException>(() => _run.ExecuteAsync(new Fuse(), policy: "uniform", settings: new PruneSettings { Aim = 0.9 }));
        Assert.Contains("holds a run with other settings (aim: 0.", error.Message, StringComparison.Ordinal);
    }
}
