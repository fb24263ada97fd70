using System.Collections.Immutable;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Steps;
using CPrune.Training.Data;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>The whole loop with a device, a tuner and a trainer that only calculate: decisions, durability and promises, without a tool chain.</summary>
public sealed class PruneRunTests : IDisposable
{
    private const int TestImages = 30;
    private const double Floor = 0.943;

    private static readonly ModelGraph s_model = Model();
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("cprune-test-").FullName, "out");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public async Task PrunesUntilOneMoreStepCouldCrossTheFloor()
    {
        var record = await RunAsync(new Fuse());
        Assert.True(record.After!.LatencySeconds < 0.9 * record.Before.LatencySeconds);
        Assert.True(record.After.TestTop1 >= Floor);
        Assert.Equal("one more step could cost 0.5 % of accuracy and cross the floor", record.EndReason);
        Assert.Contains(record.Channels, c => c.After < c.Before);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        var written = OnnxFile.Read(Path.Combine(_folder, "model.onnx"));
        Assert.Equal(record.After.Parameters, GraphStatistics.Parameters(written));
        Assert.True(File.Exists(Path.Combine(_folder, "model.so")));
        Assert.True(File.Exists(Path.Combine(_folder, "model.h")));
    }

    [Fact]
    public async Task APowerCutAtAnyMomentChangesNothingInTheResult()
    {
        var fuse = new Fuse();
        var expected = await RunAsync(fuse);
        for (var blowsAt = 1; blowsAt <= fuse.Calls; blowsAt++)
        {
            Directory.Delete(_folder, recursive: true);
            await Assert.ThrowsAsync<PowerCutException>(() => RunAsync(new Fuse(blowsAt)));
            var resumed = await RunAsync(new Fuse());
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
        var expected = await RunAsync(fuse, tuner: Tuner());
        Assert.Contains(expected.TasksBefore, t => t.Label.StartsWith("winograd", StringComparison.Ordinal));
        Assert.Contains(expected.TasksAfter, t => t.Label.StartsWith("winograd", StringComparison.Ordinal));
        Assert.True(expected.After!.LatencySeconds < expected.Before.LatencySeconds);
        foreach (var share in new[] { 0.4, 0.6, 0.8, 0.95 })
        {
            Directory.Delete(_folder, recursive: true);
            await Assert.ThrowsAsync<PowerCutException>(() => RunAsync(new Fuse((int)(fuse.Calls * share)), tuner: Tuner()));
            var resumed = await RunAsync(new Fuse(), tuner: Tuner());
            Assert.Equal(expected.After, resumed.After);
            Assert.Equal(expected.TasksAfter, resumed.TasksAfter);
        }
    }

    [Fact]
    public async Task AnEndedRunIsShownAgainWithoutWork()
    {
        var first = await RunAsync(new Fuse());
        var fuse = new Fuse();
        var again = await RunAsync(fuse);
        Assert.Equal(0, fuse.Calls);
        Assert.Equal(first.After, again.After);
    }

    [Fact]
    public async Task SelectionNeverSeesTheTestSet()
    {
        var trainer = new FakeTrainer(new Fuse(), s_model, 0.01);
        var record = await RunAsync(new Fuse(), trainer);
        Assert.True(record.Candidates.Length >= 1);
        Assert.Equal(2, trainer.EvaluationsBySize[TestImages]);
    }

    [Fact]
    public async Task WhereNothingIsFasterTheOriginalIsTheResult()
    {
        var record = await RunAsync(new Fuse(), compiler: new FakeCompiler(constantLatency: true));
        Assert.StartsWith("nothing faster was found at this accuracy, the result is the original model, tuned; no task is left", record.EndReason);
        Assert.Equal(record.Before, record.After);
        Assert.All(record.Candidates, c => Assert.Equal(Verdict.TooSlow, c.Verdict));
        Assert.Equal(OnnxFile.ToBytes(s_model), File.ReadAllBytes(Path.Combine(_folder, "model.onnx")));
    }

    [Fact]
    public async Task InaccurateCandidatesAreTriedWithHalfTheCutAndLeaveNothingBehind()
    {
        var record = await RunAsync(new Fuse(), new FakeTrainer(new Fuse(), s_model, 50));
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.TooInaccurate);
        Assert.DoesNotContain(record.Candidates, c => c.Verdict == Verdict.Accepted);
        foreach (var cuts in record.Candidates.GroupBy(c => c.TaskLabel).Select(g => g.Select(c => c.Step).ToList()))
            Assert.All(cuts.Zip(cuts.Skip(1)), pair => Assert.Equal(pair.First / 2, pair.Second));

        Assert.Equal(record.Before, record.After);
    }

    [Fact]
    public async Task OnlyChangedTasksAreTunedAgain()
    {
        var tuner = new FakeTuner(new Fuse());
        var record = await RunAsync(new Fuse(), tuner: tuner);
        var tasks = record.TasksBefore.Length;
        var perCandidate = (double)tuner.TunedAgain.Count / record.Candidates.Length;
        Assert.InRange(perCandidate, 1, tasks - 2);
    }

    [Fact]
    public async Task AFloorAboveTheModelsOwnAccuracyIsRefusedAndNothingIsLeft()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => RunAsync(new Fuse(), floor: 0.96));
        Assert.Equal(UserErrorKind.Goal, error.Kind);
        Assert.Equal("the accuracy asked for, 96.00 %, is above the model's own: 95.00 % on the 30 test images; ask for at most that", error.Message);
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public async Task AModelWithNothingToPruneIsRefusedWithTheReason()
    {
        var b = new GraphBuilder("tiny", 1);
        var error = await Assert.ThrowsAsync<UserErrorException>(
            () => RunAsync(new Fuse(), model: b.Build(b.Dense(b.Flatten(b.Input(3, 4, 4)), 10))));
        Assert.Equal(UserErrorKind.Model, error.Kind);
        Assert.StartsWith("nothing in model 'tiny' can be pruned: ", error.Message);
    }

    private async Task<RunRecord> RunAsync(
        Fuse fuse, FakeTrainer? trainer = null, FakeTuner? tuner = null, FakeCompiler? compiler = null, double floor = Floor, ModelGraph? model = null)
    {
        model ??= s_model;
        await using var device = new FakeDevice(fuse);
        var services = new PruneServices(
            device, tuner ?? new FakeTuner(fuse), compiler ?? new FakeCompiler(), trainer ?? new FakeTrainer(fuse, model, 0.01), new L1Saliency(),
            new StructureStep(), new PaperWalk(), null, TimeProvider.System);
        var request = new PruneRequest(
            "model.onnx", OnnxFile.ToBytes(model), model, "made up", Data(), floor, null, 1, _folder, new Dictionary<string, string> { ["min-accuracy"] = $"{floor}" });
        return await new PruneRun(request, services).ExecuteAsync(new Progress<RunEvent>(), TestContext.Current.CancellationToken);
    }

    private static DataSplits Data() =>
        new(Images(50), Images(20), Images(TestImages), Normalization.ImageNet, new Augmentation(0, false), "made-up");

    private static ImageSet Images(int count) =>
        new(3, 8, 8, new byte[count * 3 * 8 * 8], [.. Enumerable.Range(0, count).Select(i => i % 10)], [.. Enumerable.Range(0, 10).Select(i => $"class {i}")]);

    private static ModelGraph Model()
    {
        var b = new GraphBuilder("small", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 64, Window.Same(3))));
        x = b.Relu(b.BatchNorm(b.Conv(x, 64, Window.Same(3, stride: 2))));
        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
