using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Durable;
using CPrune.Pruning.Saliency;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>How a run works with saliencies that look at images.</summary>
public sealed class SaliencyInRunTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    /// <summary>Table C's layers are cut one after the other, and only what is accepted is another model.</summary>
    [Fact]
    public async Task AWalkLooksAtImagesOfTheSelectionPart()
    {
        var attribution = new FakeAttribution();
        var record = await _run.ExecuteAsync(new Fuse(), saliency: new TaylorSaliency(), attribution: attribution, policy: "cprune");
        Assert.NotEmpty(attribution.Samples);
        Assert.Contains(record.Phases, p => p.Phase == PhaseClock.Choosing);
        Assert.All(attribution.Samples, s => Assert.Same(SmallRun.Split.Selection, s.Images));
    }

    [Fact]
    public async Task APlanLooksAtImagesOfTheSelectionPart()
    {
        var attribution = new FakeAttribution();
        await _run.ExecuteAsync(new Fuse(), saliency: new TaylorSaliency(), attribution: attribution);
        Assert.NotEmpty(attribution.Samples);
        Assert.All(attribution.Samples, s => Assert.Same(SmallRun.Split.Selection, s.Images));
    }

    /// <summary>The published walks and the even cut judge by norms.</summary>
    [Theory]
    [InlineData("cprune")]
    [InlineData("netadapt")]
    [InlineData("uniform")]
    public async Task APublishedPolicyLooksAtNone(string policy)
    {
        var attribution = new FakeAttribution();
        await _run.ExecuteAsync(new Fuse(), attribution: attribution, policy: policy);
        Assert.Empty(attribution.Samples);
    }

    /// <summary>Norms of different groups do not compare; what a group is worth beside others is read from images, whatever ranks
    /// its filters.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("l1")]
    public async Task APlanComparesGroupsByImages(string? saliency)
    {
        var attribution = new FakeAttribution();
        await _run.ExecuteAsync(new Fuse(), attribution: attribution, saliency: saliency is null ? null : new L1Saliency());
        Assert.NotEmpty(attribution.Samples);
        Assert.All(attribution.Samples, s => Assert.Same(SmallRun.Split.Selection, s.Images));
    }

    [Fact]
    public async Task AFoldedModelIsNotPrunedByBatchNorm()
    {
        var b = new GraphBuilder("folded", 1);
        var model = b.Build(b.Dense(b.Flatten(b.Relu(b.Conv(b.Input(3, 8, 8), 4, Window.Same(3)))), 10));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _run.ExecuteAsync(new Fuse(), model: model, saliency: new BatchNormSaliency()));
        Assert.Equal(UserErrorKind.Model, error.Kind);
        Assert.Equal(
            "saliency 'bn' cannot judge model 'folded': it has no batch norm, or it was folded into the weights when the model was exported; take another, such as l1",
            error.Message);
        Assert.False(Directory.Exists(_run.Folder));
    }
}
