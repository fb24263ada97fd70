using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>The whole loop with a device, a tuner and a trainer that only calculate: decisions, durability and promises, without a tool chain.</summary>
public sealed class PruneRunTests : IDisposable
{
    /// <summary>Calls between two entries of the journal, at most: of one candidate.</summary>
    private const int MostRedone = 10;

    private static readonly ModelGraph s_model = SmallRun.Model;
    private readonly SmallRun _run = new();

    private string Folder => _run.Folder;

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task PrunesUntilHalfAStepMoreCouldCrossTheFloor()
    {
        var record = await _run.ExecuteAsync(new Fuse());
        Assert.True(record.After!.LatencySeconds < 0.9 * record.Before.LatencySeconds);
        Assert.True(record.After.TestTop1 >= SmallRun.Floor);
        Assert.Equal("half a step more could cost 0.09 % of accuracy and cross the floor", record.EndReason);
        Assert.Contains(record.Channels, c => c.After < c.Before);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.All(record.Candidates, c => Assert.NotEmpty(c.CutReason));
        Assert.All(record.Candidates, c => Assert.Equal(c.SelectionTop1 is null, c.AccuracyChange is null));
        Assert.All(record.Candidates, c => Assert.Equal(c.Ratio <= 0.989, c.LostBeforeTraining is not null));
        Assert.All(record.Candidates, c => Assert.Equal(c.ElapsedSeconds, c.Phases.Sum(p => p.Seconds), 1e-6));
        var written = OnnxFile.Read(Path.Combine(Folder, "model.onnx"));
        Assert.Equal(record.After.Parameters, GraphStatistics.Parameters(written));
        Assert.True(File.Exists(Path.Combine(Folder, "model.so")));
        Assert.True(File.Exists(Path.Combine(Folder, "model.h")));
    }

    [Fact]
    public async Task APowerCutAtAnyMomentChangesNothingInTheResult()
    {
        var fuse = new Fuse();
        var expected = await _run.ExecuteAsync(fuse);
        for (var blowsAt = 1; blowsAt <= fuse.Calls; blowsAt++)
        {
            Directory.Delete(Folder, recursive: true);
            await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(new Fuse(blowsAt)));
            var rest = new Fuse();
            var resumed = await _run.ExecuteAsync(rest);
            Assert.True(blowsAt + rest.Calls <= fuse.Calls + MostRedone, $"{blowsAt} calls, then {rest.Calls}, where {fuse.Calls} are the whole run");
            Assert.Equal(expected.After, resumed.After);
            Assert.Equal(expected.Channels, resumed.Channels);
            Assert.Equal(expected.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict)), resumed.Candidates.Select(c => (c.TaskLabel, c.Step, c.Verdict)));
        }
    }

    [Fact]
    public async Task ARunWithTransformedConvolutionsGoesOnAfterAPowerCut()
    {
        FakeTuner Tuner() => new(new Fuse(), winogradGain: 3);
        var fuse = new Fuse();
        var expected = await _run.ExecuteAsync(fuse, tuner: Tuner());
        Assert.Contains(expected.TasksBefore, t => t.Label.StartsWith("winograd", StringComparison.Ordinal));
        Assert.Contains(expected.TasksAfter, t => t.Label.StartsWith("winograd", StringComparison.Ordinal));
        Assert.True(expected.After!.LatencySeconds < expected.Before.LatencySeconds);
        foreach (var share in new[] { 0.4, 0.6, 0.8, 0.95 })
        {
            Directory.Delete(Folder, recursive: true);
            await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(new Fuse((int)(fuse.Calls * share)), tuner: Tuner()));
            var resumed = await _run.ExecuteAsync(new Fuse(), tuner: Tuner());
            Assert.Equal(expected.After, resumed.After);
            Assert.Equal(expected.TasksAfter, resumed.TasksAfter);
        }
    }

    [Fact]
    public async Task AnEndedRunIsShownAgainWithoutWork()
    {
        var first = await _run.ExecuteAsync(new Fuse());
        var fuse = new Fuse();
        var again = await _run.ExecuteAsync(fuse);
        Assert.Equal(0, fuse.Calls);
        Assert.Equal(first.After, again.After);
    }

    [Fact]
    public async Task SelectionNeverSeesTheTestSet()
    {
        var trainer = new FakeTrainer(new Fuse(), s_model, 0.01);
        var record = await _run.ExecuteAsync(new Fuse(), trainer);
        Assert.True(record.Candidates.Length >= 1);
        Assert.Equal(3, trainer.EvaluationsBySize[SmallRun.TestImages]);
    }

    /// <summary>The referee reads the file that is written; what the training library thinks of the model is no promise.</summary>
    [Fact]
    public async Task TheRefereeJudgesTheOriginalAndTheResult()
    {
        var (size, asked) = (OnnxFile.ToBytes(s_model).Length, new List<int>());
        var referee = new Referee(file =>
        {
            asked.Add(file.Length);
            return asked.Count == 2 ? 0.5 : 0.9444;
        });
        var record = await _run.ExecuteAsync(new Fuse(), reference: referee);
        Assert.Equal(0.9444, record.Before.TestTop1);
        Assert.Equal(0.9444, record.After!.TestTop1);
        Assert.Contains("50.00 % on the test set is below the floor of 94.30 %", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(size, asked[0]);
        Assert.Equal(record.After.FileBytes, asked[^1]);
        Assert.True(asked.Count > 2 && asked[^1] < size);
    }

    [Fact]
    public async Task ALibraryThatComputesSomethingElseIsNoResult()
    {
        var record = await _run.ExecuteAsync(new Fuse(), reference: new Referee(_ => 0.95, disagrees: 1));
        Assert.Contains("after long training: it computes something else", record.EndReason, StringComparison.Ordinal);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task WhereNothingIsFasterTheOriginalIsTheResult()
    {
        var record = await _run.ExecuteAsync(new Fuse(), compiler: new FakeCompiler(constantLatency: true));
        Assert.StartsWith("nothing faster was found at this accuracy, the result is the original model, tuned; no task is left", record.EndReason);
        Assert.Equal(record.Before, record.After);
        Assert.All(record.Candidates, c => Assert.Equal(Verdict.TooSlow, c.Verdict));
        Assert.Equal(OnnxFile.ToBytes(s_model), File.ReadAllBytes(Path.Combine(Folder, "model.onnx")));
    }

    [Fact]
    public async Task InaccurateCandidatesAreTriedWithHalfTheCutAndLeaveNothingBehind()
    {
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), s_model, 50));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.TooInaccurate);
        Assert.DoesNotContain(record.Candidates, c => c.Verdict == Verdict.Accepted);
        var byTask = record.Candidates.GroupBy(c => c.TaskLabel).Select(g => g.Select(c => c.Step).ToList()).ToList();
        Assert.Contains(byTask, cuts => cuts.Count > 1);
        foreach (var cuts in byTask)
            Assert.All(cuts.Zip(cuts.Skip(1)), pair => Assert.Equal(pair.First / 2, pair.Second));

        Assert.Equal(record.Before, record.After);
    }

    [Fact]
    public async Task OnlyChangedTasksAreTunedAgain()
    {
        var tuner = new FakeTuner(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), tuner: tuner);
        var tasks = record.TasksBefore.Length;
        var perCandidate = (double)tuner.TunedAgain.Count / record.Candidates.Length;
        Assert.InRange(perCandidate, 1, tasks - 2);
        Assert.Equal(70L * record.Candidates.Length * record.TasksBefore.Count(t => t.Macs > 0), record.Trials.Published);
        Assert.Equal((double)record.Candidates.Sum(c => c.Trials) / record.Trials.Published, record.Trials.ShareOfPublished);
    }

    /// <summary>What is not understood leaves its channels alone, and the rest is pruned.</summary>
    [Fact]
    public async Task AReshapeThatMixesChannelsDoesNotEndTheRun()
    {
        var b = new GraphBuilder("mixed", 1);
        var x = b.Relu(b.Conv(b.Input(3, 8, 8), 16, Window.Same(3), name: "before"));
        x = b.Relu(b.Conv(b.Reshape(x, [8, 16, 8], "mixing"), 64, Window.Same(3), name: "after"));
        x = b.Relu(b.Conv(x, 64, Window.Same(3)));
        var model = b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
        Assert.Equal("Reshape 'mixing' does not keep the channels together", PruningGraph.Analyze(model).GroupOf("before")!.FrozenReason);

        var record = await _run.ExecuteAsync(new Fuse(), model: model);
        Assert.Equal(16, record.Channels.Single(c => c.Layer == "before").After);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.Contains(record.Channels, c => c.After < c.Before);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    /// <summary>Six candidates were trained and some came back; what then loses far more than any of them is not trained.</summary>
    [Fact]
    public async Task WhatLosesFarMoreThanWhatCameBackIsRefusedUntrained()
    {
        var record = await _run.ExecuteAsync(new Fuse(), itsTrainer: new FragileTrainer(SmallRun.Wide, narrowest: 90), model: SmallRun.Wide, floor: 0.5);
        var untrained = record.Candidates.Where(c => c.Reason.Contains("is lost before training, more than", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(untrained);
        Assert.All(untrained, c => Assert.Equal((Verdict.TooInaccurate, null, null), (c.Verdict, c.SelectionTop1, c.TrainedImages)));
        Assert.True(record.Candidates.TakeWhile(c => c != untrained[0]).Count(c => c.TrainedImages > 0) >= 6);
    }

    [Fact]
    public async Task AFloorAboveTheModelsOwnAccuracyIsRefusedAndNothingIsLeft()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _run.ExecuteAsync(new Fuse(), floor: 0.96));
        Assert.Equal(UserErrorKind.Goal, error.Kind);
        Assert.Equal("the accuracy asked for, 96.00 %, is above the model's own: 95.00 % on the 30 test images; ask for at most that", error.Message);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public async Task AModelWithNothingToPruneIsRefusedWithTheReason()
    {
        var b = new GraphBuilder("tiny", 1);
        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => _run.ExecuteAsync(new Fuse(), model: b.Build(b.Dense(b.Flatten(b.Input(3, 4, 4)), 10))));
        Assert.Equal(UserErrorKind.Model, error.Kind);
        Assert.StartsWith("nothing in model 'tiny' can be pruned: ", error.Message);
    }

    /// <summary>Accuracy falls slowly with the parameters that are gone, and by half where a layer is narrower than a width.</summary>
    private sealed class FragileTrainer(ModelGraph original, int narrowest) : ITrainer
    {
        public ModelGraph Train(
            ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
            IProgress<TrainingProgress>? progress, CancellationToken cancellation) => graph;

        public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
        {
            var gone = 1 - ((double)GraphStatistics.Parameters(graph) / GraphStatistics.Parameters(original));
            var isNarrow = graph.Initializers.Values.Any(t => t.Shape.Length == 4 && t.Shape[0] < narrowest);
            const int Total = 100_000;
            return new Accuracy((int)(Total * (0.95 - (0.01 * gone) - (isNarrow ? 0.4 : 0))), Total, [.. Enumerable.Range(0, images.Count).Select(i => !isNarrow || i % 2 == 0)]);
        }
    }

    /// <param name="disagrees">How many libraries it finds to compute something else.</param>
    private sealed class Referee(Func<ReadOnlyMemory<byte>, double> top1, int disagrees = 0) : IReferenceRuntime
    {
        private int _compared;

        public string Name => "referee";

        public double LatencySeconds(ReadOnlyMemory<byte> model, int threads, CancellationToken cancellation) => 1e-3;

        public double Top1(ReadOnlyMemory<byte> model, ImageSet images, Normalization normalization, CancellationToken cancellation) => top1(model);

        public string? Disagreement(ReadOnlyMemory<byte> model, string library, ImageSet images, Normalization normalization, CancellationToken cancellation) =>
            _compared++ < disagrees ? "it computes something else" : null;
    }
}
