using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

public sealed class ShortTrainingTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task TrainingEndsAtTheFirstStageWhereItIsHopeless()
    {
        var record = await ExecuteAsync(lossPerShare: 50);
        var trained = record.Candidates.Where(c => c.TrainedImages is not null).ToList();
        Assert.NotEmpty(trained);
        Assert.All(trained, c => Assert.Equal((Verdict.TooInaccurate, 62), (c.Verdict, c.TrainedImages)));
    }

    [Fact]
    public async Task WhereNothingIsClearAllStagesAreTrainedEachBehindTheOneBefore()
    {
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 0.01);
        var record = await ExecuteAsync(0.01, trainer);
        Assert.All(record.Candidates.Where(c => c.TrainedImages is not null), c => Assert.Equal(250, c.TrainedImages));
        var stages = trainer.Recipes.Where(r => r.Schedule == LearningRateSchedule.Cosine).SkipWhile(r => r.Images != 62).Take(3).ToList();
        Assert.Equal([62L, 63, 125], stages.Select(r => r.Images));
        Assert.Equal(3, stages.Select(r => r.Seed).Distinct().Count());
    }

    [Fact]
    public async Task OfALargeSplitAPartIsEnoughToRefuse()
    {
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 50);
        var record = await ExecuteAsync(50, trainer, selectionImages: 4000);
        var trained = record.Candidates.Where(c => c.TrainedImages is not null).ToList();
        var early = trained.Where(c => c.TrainedImages == 1250).ToList();
        Assert.True(early.Count > trained.Count / 2);
        Assert.All(early, c => Assert.Equal(Verdict.TooInaccurate, c.Verdict));
        Assert.All(early, c => Assert.Equal((double)record.Before.SelectionTop1! + c.AccuracyChange!.Change, (double)c.SelectionTop1!, 9));
        // Untrained and after the first stage, or the first two where it came to the third; and between the segments of the rehearsal's longer trainings, of which the first brings nothing back here.
        Assert.Equal(trained.Sum(c => c.TrainedImages == 1250 ? 2 : 3) + (2 * (SecondWind.Segments - 1)), trainer.EvaluationsBySize[2000]);
    }

    /// <summary>The most accurate one is taken: none is to seem better because it was trained for longer.</summary>
    [Fact]
    public async Task WhatIsComparedIsTrainedInFullUnlessItIsRefused()
    {
        var walked = await ExecuteAsync(1e-6, selectionImages: 4000);
        Assert.Contains(walked.Candidates, c => c is { Verdict: Verdict.Accepted, TrainedImages: 1250 });
        Directory.Delete(_run.Folder, recursive: true);
        var compared = await ExecuteAsync(1e-6, selectionImages: 4000, policy: "netadapt");
        Assert.Contains(compared.Candidates, c => c.Verdict == Verdict.Probed);
        Assert.All(compared.Candidates.Where(c => c.Verdict is Verdict.Probed or Verdict.Accepted), c => Assert.Equal(5000, c.TrainedImages));
        Directory.Delete(_run.Folder, recursive: true);
        var hopeless = await ExecuteAsync(50, selectionImages: 4000, policy: "netadapt");
        Assert.Contains(hopeless.Candidates, c => c is { Verdict: Verdict.TooInaccurate, TrainedImages: 1250 });
    }

    [Fact]
    public async Task OfALargeSplitAllIsNeededToAccept()
    {
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 0.01);
        var record = await ExecuteAsync(0.01, trainer, selectionImages: 4000);
        Assert.Contains(record.Candidates, c => c.Verdict == Verdict.Accepted);
        Assert.True(trainer.EvaluationsBySize[4000] > record.Candidates.Count(c => c.Verdict == Verdict.Accepted));
    }

    private Task<RunRecord> ExecuteAsync(double lossPerShare, FakeTrainer? trainer = null, int selectionImages = SmallRun.SelectionImages, string policy = PolicyCatalog.Default) =>
        _run.ExecuteAsync(new Fuse(), trainer ?? new FakeTrainer(new Fuse(), SmallRun.Model, lossPerShare), selectionImages: selectionImages, policy: PolicyCatalog.Find(policy));
}
