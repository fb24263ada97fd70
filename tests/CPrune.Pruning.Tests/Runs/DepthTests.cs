using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Runs that may take whole residual blocks out.</summary>
public sealed class DepthTests : IDisposable
{
    private static readonly ModelGraph s_model = Residual(blocks: 2);
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task ABlockThatPassesTheGatesBecomesItsShortcut()
    {
        var record = await ExecuteAsync(new WalkLimits());
        var gone = record.Candidates.Where(c => IsOfBlocks(c) && c.Verdict == Verdict.Accepted).ToList();
        Assert.NotEmpty(gone);
        var lost = record.Channels.Where(c => c.After == 0).Select(c => c.Layer).ToHashSet();
        Assert.Equal(gone.SelectMany(c => c.Layers).ToHashSet(), lost);
        var written = OnnxFile.Read(Path.Combine(_run.Folder, "model.onnx"));
        Assert.Equal(s_model.Nodes.Count(n => n.OpType == "Add") - (gone.Sum(c => c.Layers.Length) / 2), written.Nodes.Count(n => n.OpType == "Add"));
        Assert.Equal(record.After!.Parameters, GraphStatistics.Parameters(written));
    }

    [Fact]
    public async Task WhereTheLeastSensitiveBlockCostsTooMuchNoOtherIsAsked()
    {
        var record = await ExecuteAsync(new WalkLimits(), lossPerShare: 50);
        Assert.Equal(Verdict.TooInaccurate, Assert.Single(record.Candidates.Where(IsOfBlocks)).Verdict);
    }

    [Fact]
    public async Task TheOriginalIsLookedAtOnceWithoutEachOfItsBlocks()
    {
        var model = Residual(blocks: 5);
        var (trainer, weighed) = (new FakeTrainer(new Fuse(), model, 0.004), new List<RunEvent.PhaseAdvanced>());
        await _run.ExecuteAsync(new Fuse(), trainer, model: model, progress: new Relay<RunEvent>(e => weighed.AddRange(new[] { e }.OfType<RunEvent.PhaseAdvanced>().Where(p => p.Unit == "parts"))));
        Assert.Equal([0, 1, 2, 3, 4], weighed.Select(w => w.Done));
        Assert.All(weighed, w => Assert.Equal(5, w.Planned));
    }

    [Fact]
    public async Task WithoutDepthEveryBlockStays()
    {
        var record = await ExecuteAsync(new WalkLimits { Depth = false });
        Assert.DoesNotContain(record.Candidates, IsOfBlocks);
        Assert.All(record.Channels, c => Assert.True(c.After > 0));
    }

    /// <summary>A layer that is kept takes part in no cut, of its filters or of its block, and everything coupled with it stays.</summary>
    [Fact]
    public async Task ALayerThatIsKeptStaysWithItsBlockAndWhatIsCoupled()
    {
        var inner = s_model.Nodes.Where(n => n.OpType == "Conv").ElementAt(1).Name;
        var limits = new WalkLimits { LayerCaps = [new LayerCap("--keep", inner, 0)] };
        var record = await ExecuteAsync(limits);
        Assert.Equal(32, record.Channels.First(c => c.Layer == inner).After);
        Assert.Contains(record.Channels, c => c.After < c.Before);
        Assert.DoesNotContain(record.Candidates, c => c.Layers.Contains(inner));
    }

    /// <summary>Both blocks' first convolutions are the same task.</summary>
    [Theory]
    [InlineData(0, 32)]
    [InlineData(0.25, 24)]
    public async Task ALayerThatIsKeptOrCappedDoesNotHoldBackItsEquals(double maxCut, int least)
    {
        var inner = s_model.Nodes.Where(n => n.OpType == "Conv").Select(n => n.Name).ToList();
        var record = await ExecuteAsync(new WalkLimits { Depth = false, LayerCaps = [new LayerCap("--max-cut", inner[1], maxCut)] });
        Assert.InRange(record.Channels.First(c => c.Layer == inner[1]).After, least, 32);
        Assert.InRange(record.Channels.First(c => c.Layer == inner[3]).After, 1, least - 1);
    }

    [Fact]
    public async Task ACapThatAllowsMoreThanOthersHaveProtectsNoBlock()
    {
        var record = await ExecuteAsync(new WalkLimits { LayerCaps = [new LayerCap("--max-cut", "*", 0.9)] });
        Assert.Contains(record.Candidates, c => IsOfBlocks(c) && c.Verdict == Verdict.Accepted);
    }

    [Fact]
    public async Task AKnapsackTakesABlockThatIsWorthLessThanItTakes()
    {
        // A fifth of the time lies in each block: half of its filters would not save enough.
        var model = Residual(blocks: 5);
        var block = ResidualBlocks.Of(model)[1];
        var record = await _run.ExecuteAsync(
            new Fuse(), new FakeTrainer(new Fuse(), model, 0.004), model: model, policy: PolicyCatalog.Find("knapsack"), saliency: new NearlyWithout(block));
        Assert.False(record.Candidates.IsEmpty, record.EndReason);
        var first = record.Candidates[0];
        Assert.EndsWith(" and 1 block", first.TaskLabel);
        Assert.Subset(first.Layers.ToHashSet(), block.Layers.ToHashSet());
        Assert.Equal(0, record.Channels.Single(c => c.Layer == block.Layers[0]).After);
    }

    /// <summary>Block by block, beside the tasks: each is a probe of its round, and one that is chosen is gone.</summary>
    [Fact]
    public async Task NetAdaptComparesBlocksWithTasks()
    {
        var record = await _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), s_model, 0.004), model: s_model, policy: PolicyCatalog.Find("netadapt"), limits: new WalkLimits { MaxLayerCut = 0.5 });
        var blocks = ResidualBlocks.Of(s_model);
        var round = record.Candidates.TakeWhile(c => c.Number <= blocks.Length + record.TasksBefore.Length).ToList();
        Assert.Subset(round.Where(IsOfBlocks).Select(c => c.TaskLabel).ToHashSet(), blocks.Select(b => $"block {b.Name}").ToHashSet());
        Assert.Contains(round, c => !IsOfBlocks(c));
        var gone = record.Candidates.Where(c => IsOfBlocks(c) && c.Verdict == Verdict.Accepted).SelectMany(c => c.Layers).ToHashSet();
        Assert.NotEmpty(gone);
        Assert.Equal(gone, record.Channels.Where(c => c.After == 0).Select(c => c.Layer).ToHashSet());
    }

    /// <summary>All that matters is outside one block.</summary>
    private sealed class NearlyWithout(ResidualBlock block) : ISaliency
    {
        public string Name => "nearly without";

        public bool ComparesGroups => true;

        public IReadOnlyList<double> Scores(SaliencyContext context, ChannelGroup group) =>
            [.. Enumerable.Repeat(group.Layers.All(block.Layers.Contains) ? 1e-6 : 1.0, group.Channels)];
    }

    private static bool IsOfBlocks(CandidateRecord candidate) =>
        candidate.TaskLabel.StartsWith("block ", StringComparison.Ordinal) || candidate.TaskLabel.EndsWith(" blocks", StringComparison.Ordinal);

    private Task<RunRecord> ExecuteAsync(WalkLimits limits, double lossPerShare = 0.004) =>
        _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), s_model, lossPerShare), model: s_model, limits: limits);

    internal static ModelGraph Residual(int blocks)
    {
        var b = new GraphBuilder("residual", 1);
        var x = b.Relu(b.BatchNorm(b.Conv(b.Input(3, 8, 8), 32, Window.Same(3))));
        for (var block = 0; block < blocks; block++)
        {
            var y = b.Relu(b.BatchNorm(b.Conv(x, 32, Window.Same(3))));
            x = b.Relu(b.Add(b.BatchNorm(b.Conv(y, 32, Window.Same(3))), x));
        }

        return b.Build(b.Dense(b.Flatten(b.GlobalAveragePool(x)), 10));
    }
}
