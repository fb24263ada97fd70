using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Saliency;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>How a run works with saliencies that look at images.</summary>
public sealed class SaliencyInRunTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task ImagesAreLookedAtOnceForEachAcceptedModel()
    {
        var attribution = new FakeAttribution();
        var record = await _run.ExecuteAsync(new Fuse(), saliency: new TaylorSaliency(), attribution: attribution);
        Assert.InRange(attribution.Samples.Count, 1, record.Candidates.Count(c => c.Verdict == Verdict.Accepted) + 1);
        Assert.Contains(record.Phases, p => p.Phase == PhaseClock.Choosing);
        Assert.All(attribution.Samples, s => Assert.Equal(SmallRun.SelectionImages, s.Images.Count));
    }

    [Fact]
    public async Task CandidatesThatAreRefusedCostNoSecondLook()
    {
        var attribution = new FakeAttribution();
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 50);
        var record = await _run.ExecuteAsync(new Fuse(), trainer, saliency: new TaylorSaliency(), attribution: attribution);
        Assert.InRange(record.Candidates.Length, 2, int.MaxValue);
        Assert.Single(attribution.Samples);
    }

    [Fact]
    public async Task TheDefaultLooksAtNone()
    {
        var attribution = new FakeAttribution();
        await _run.ExecuteAsync(new Fuse(), attribution: attribution);
        Assert.Empty(attribution.Samples);
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
