using CPrune.Devices;
using CPrune.Graph;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Settings;
using CompareOptions = CPrune.Devices.CompareOptions;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Dead filters go before the walk begins; what a run compares with is still the user's model.</summary>
public sealed class DeadFilterRunTests : IDisposable
{
    private static readonly ModelGraph s_model = WithDeadFilters(SmallRun.Model);
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task TheyGoFirstAndTheOriginalIsStillTheUsersModel()
    {
        var record = await _run.ExecuteAsync(new Fuse(), model: s_model);

        Assert.Equal(8, record.DeadFilters.Length);
        Assert.Equal("they are removed, and the latency is 83.1 % of the original's", record.DeadFilterOutcome);
        Assert.Equal(GraphStatistics.Parameters(s_model), record.Before.Parameters);
        Assert.Equal(OnnxFile.ToBytes(s_model).Length, record.Before.FileBytes);
        Assert.Contains(record.Channels, c => c.Before == 32 && c.After <= 24);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task WhereItIsSlowerWithoutThemTheyStay()
    {
        var record = await _run.ExecuteAsync(new Fuse(), model: s_model, compiler: new FakeCompiler(slowBelow: GraphStatistics.Macs(s_model)));
        Assert.Equal(8, record.DeadFilters.Length);
        Assert.StartsWith("they stay for now, because without them the latency is ", record.DeadFilterOutcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereTheModelWithoutThemFailsTheyStay()
    {
        var record = await _run.ExecuteAsync(new Fuse(), model: s_model, tuner: new TunerWithGaps(new FakeTuner(new Fuse()), failsAt: 2));
        Assert.Equal("they stay, because the model without them fails: no program of it runs", record.DeadFilterOutcome);
        Assert.Equal(8, record.DeadFilters.Length);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
    }

    [Fact]
    public async Task WhatWasMeasuredForAModelThatCrashesCounts()
    {
        double Crashes(CompareOptions options, double ratio) => options.WidthBelow is not null ? throw new LibraryFailedException("it crashed") : ratio;
        var record = await _run.ExecuteAsync(new Fuse(), model: s_model, seen: Crashes, settings: new PruneSettings { MaxIterations = 1 });
        Assert.Equal("they stay, because the model without them fails: it crashed", record.DeadFilterOutcome);
        Assert.True(record.Trials.Candidates > 0);
    }

    [Fact]
    public async Task AModelWithoutThemSaysSo()
    {
        var record = await _run.ExecuteAsync(new Fuse());
        Assert.Empty(record.DeadFilters);
        Assert.Equal("no filter is dead", record.DeadFilterOutcome);
    }

    [Fact]
    public async Task APowerCutAtAnyMomentChangesNothingInTheResult()
    {
        var fuse = new Fuse();
        var expected = await _run.ExecuteAsync(fuse, model: s_model);
        foreach (var blowsAt in Enumerable.Range(1, Math.Min(fuse.Calls, 12)))
        {
            Directory.Delete(_run.Folder, recursive: true);
            await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(new Fuse(blowsAt), model: s_model));
            var resumed = await _run.ExecuteAsync(new Fuse(), model: s_model);
            Assert.Equal(expected.After, resumed.After);
            Assert.Equal(expected.DeadFilters, resumed.DeadFilters);
            Assert.Equal(expected.DeadFilterOutcome, resumed.DeadFilterOutcome);
        }
    }

    /// <summary>The first eight filters of the first convolution, whose norm shifts by nothing.</summary>
    private static ModelGraph WithDeadFilters(ModelGraph model)
    {
        var name = model.Nodes.First(n => n.OpType == "Conv").Inputs[1];
        var weight = model.Initializers[name];
        var data = weight.Floats.ToArray();
        data.AsSpan(0, 8 * Shapes.Count(weight.Shape[1..])).Clear();
        return model.WithInitializer(name, Tensor.Of(data, weight.Shape));
    }
}
