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

    private Task<RunRecord> ExecuteAsync(double lossPerShare, FakeTrainer? trainer = null) =>
        _run.ExecuteAsync(new Fuse(), trainer ?? new FakeTrainer(new Fuse(), SmallRun.Model, lossPerShare));
}
