using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Blocks;
using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Runs that may take whole residual blocks out.</summary>
public sealed class DepthTests : IDisposable
{
    private static readonly ModelGraph s_model = Residual(blocks: 2);
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task WithoutDepthEveryBlockStays()
    {
        var record = await ExecuteAsync(new CutLimits { Depth = false });
        Assert.NotEmpty(record.Candidates);
        Assert.All(record.Channels, c => Assert.True(c.After > 0));
    }

    /// <summary>A layer that is kept takes part in no cut, of its filters or of its block, and everything coupled with it stays.</summary>
    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task ALayerThatIsKeptStaysWithItsBlockAndWhatIsCoupled(string policy)
    {
        var inner = s_model.Nodes.Where(n => n.OpType == "Conv").ElementAt(1).Name;
        var limits = new CutLimits { LayerCaps = [new LayerCap("--keep", inner, 0)] };
        var record = await ExecuteAsync(limits, policy);
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
        var record = await ExecuteAsync(new CutLimits { Depth = false, LayerCaps = [new LayerCap("--max-cut", inner[1], maxCut)] }, "cprune");
        Assert.InRange(record.Channels.First(c => c.Layer == inner[1]).After, least, 32);
        Assert.InRange(record.Channels.First(c => c.Layer == inner[3]).After, 1, least - 1);
    }

    [Fact]
    public async Task ACapThatAllowsMoreThanOthersHaveProtectsNoBlock()
    {
        var limits = new CutLimits { MaxLayerCut = 0.5, LayerCaps = [new LayerCap("--max-cut", "*", 0.6)] };
        var record = await _run.ExecuteAsync(
            new Fuse(), new FakeTrainer(new Fuse(), s_model, 0.004), model: s_model, floor: 0.9, limits: limits, saliency: new NearlyWithout(ResidualBlocks.Of(s_model)[1]));
        Assert.Contains(record.Candidates, IsOfBlocks);
    }

    [Fact]
    public async Task AKnapsackTakesABlockThatIsWorthLessThanItTakes()
    {
        // A fifth of the time lies in each block: half of its filters would not save enough.
        var model = Residual(blocks: 5);
        var block = ResidualBlocks.Of(model)[1];
        var record = await _run.ExecuteAsync(
            new Fuse(), new FakeTrainer(new Fuse(), model, 0.004), model: model, settings: new PruneSettings { FirstSpeed = 1.2 }, saliency: new NearlyWithout(block));
        Assert.False(record.Candidates.IsEmpty, record.EndReason);
        var first = record.Candidates[0];
        Assert.EndsWith(" and 1 block", first.TaskLabel);
        Assert.Subset(first.Layers.ToHashSet(), block.Layers.ToHashSet());
        Assert.Equal(0, record.Channels.Single(c => c.Layer == block.Layers[0]).After);
    }

    /// <summary>The paper's walk knows no blocks.</summary>
    [Theory]
    [InlineData("cprune")]
    [InlineData("netadapt")]
    [InlineData("uniform")]
    public async Task OnlyAPlanOfAllWidthsTakesBlocks(string policy)
    {
        var record = await ExecuteAsync(new CutLimits(), policy);
        Assert.NotEmpty(record.Candidates);
        Assert.All(record.Channels, c => Assert.True(c.After > 0));
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
        candidate.TaskLabel.Contains(" block", StringComparison.Ordinal);

    private Task<RunRecord> ExecuteAsync(CutLimits limits, string policy = "knapsack") =>
        _run.ExecuteAsync(new Fuse(), new FakeTrainer(new Fuse(), s_model, 0.004), model: s_model, floor: 0.9, limits: limits, policy: policy);

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
