using CPrune.Pruning.Durable;
using CPrune.Pruning.Runs;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A training in parts of a minute, whose lengths follow the speed that is measured.</summary>
public sealed class DurableTrainingTests : IDisposable
{
    private const int Batch = 64;

    private readonly SmallRun _run = new();
    private readonly List<TrainingRecipe> _parts = [];

    public void Dispose() => _run.Dispose();

    /// <summary>Six steps to measure the speed, then minutes of it; at the end no crumb.</summary>
    [Fact]
    public void PartsAreAMinuteLongOnceTheSpeedIsKnown()
    {
        var trained = Train(20_000, imagesPerSecond: 100);
        Assert.Equal([6 * Batch, 5952, 5952, 7680], _parts.Select(p => p.Images));
        Assert.Equal(19_968, trained.Images);
        Assert.Null(trained.Failure);
    }

    [Fact]
    public void ASlowMachineSeesFewerImagesAPartButAWholeBatch()
    {
        Train(1000, imagesPerSecond: 0.5);
        Assert.Equal(6 * Batch, _parts[0].Images);
        Assert.All(_parts.Skip(1), p => Assert.Equal(Batch, p.Images));
        Assert.Equal(1000 / Batch * Batch, _parts.Sum(p => p.Images));
    }

    /// <summary>The rate follows the whole: a part's share of the schedule is its share of the images, and the last one ends at 1.</summary>
    [Theory]
    [InlineData(20_000, 100)]
    [InlineData(1000, 0.5)]
    [InlineData(700, 7)]
    [InlineData(100, 1000)]
    public void TheSharesAreThoseOfTheImages(int images, double imagesPerSecond)
    {
        Train(images, imagesPerSecond);
        var (seen, all) = (0L, (double)(images / Batch * Batch));
        foreach (var part in _parts)
        {
            Assert.Equal((seen / all, (seen + part.Images) / all), part.Part, (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && Math.Abs(a.Item2 - b.Item2) < 1e-9);
            seen += part.Images;
        }

        Assert.Equal(1, _parts[^1].Part.To);
        Assert.All(_parts, p => Assert.Equal(LearningRateSchedule.Cosine, p.Schedule));
    }

    /// <summary>How many images there will be is not known before the speed is.</summary>
    [Fact]
    public void WhileTheSpeedIsNotKnownTheRateStaysWhereItBegins()
    {
        using var run = Context(100);
        var clock = new TrainingClock(1000, null, 0);
        new DurableTraining(run, clock).Run(
            "a", RunStore.OriginalModel, Way(), () => clock.ImagesPerSecond is null ? null : 12_000 - clock.Seen, TestContext.Current.CancellationToken);
        Assert.Equal((6 * Batch, LearningRateSchedule.Constant, (0, 1)), (_parts[0].Images, _parts[0].Schedule, _parts[0].Part));
        // The first steps are slower than all others: what they say of the speed decides six seconds, not a minute.
        Assert.Equal((LearningRateSchedule.Cosine, 0.0, 600 / Batch * Batch), (_parts[1].Schedule, _parts[1].Part.From, _parts[1].Images));
        Assert.Equal(1, _parts[^1].Part.To);
    }

    [Fact]
    public void WhereNoBatchIsLeftNothingIsTrained()
    {
        var trained = Train(Batch - 1, 100);
        Assert.Equal((RunStore.OriginalModel, 0, null), (trained.Weights, trained.Images, trained.Failure));
        Assert.Empty(_parts);
    }

    /// <summary>Half-way there are suddenly no images left: the training is over, whatever its schedule had been.</summary>
    [Fact]
    public void ATrainingThatRunsOutOfTimeEnds()
    {
        using var run = Context(100);
        var trained = new DurableTraining(run, new TrainingClock(null, 0, 0)).Run(
            "a", RunStore.OriginalModel, Way(), () => _parts.Count < 3 ? 100_000 : 0, TestContext.Current.CancellationToken);
        Assert.Equal((3, _parts.Sum(p => p.Images)), (_parts.Count, trained.Images));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 2)]
    public void TheLastGoodWeightsOfATrainingThatDivergesStay(int inPart, int good)
    {
        using var run = Context(100, _ =>
        {
            if (_parts.Count + 1 == inPart) throw new TrainingDivergedException(7);
        });
        var trained = new DurableTraining(run, new TrainingClock(null, 0, 0)).Run(
            "a", RunStore.OriginalModel, Way(), () => 50_000, TestContext.Current.CancellationToken);
        Assert.Equal("training diverged after 7 images: the loss is not a number; a smaller learning rate may help", trained.Failure);
        Assert.Equal((good, _parts.Sum(p => p.Images)), (_parts.Count, trained.Images));
        Assert.Equal(trained.Images, FakeTrainer.Images(run.Model(trained.Weights)));
    }

    private static TrainingWay Way() => new(0.01, LearningRateSchedule.Cosine, Batch, Teacher: null);

    private TrainedWeights Train(int images, double imagesPerSecond)
    {
        using var run = Context(imagesPerSecond);
        var clock = new TrainingClock(null, images, 0);
        return new DurableTraining(run, clock).Run("a", RunStore.OriginalModel, Way(), () => images - clock.Seen, TestContext.Current.CancellationToken);
    }

    private RunContext Context(double imagesPerSecond, Action<TrainingRecipe>? onTraining = null)
    {
        var (fuse, clock) = (new Fuse(), new PacedClock());
        fuse.Pass = clock.Pass;
        var trainer = new FakeTrainer(fuse, SmallRun.Model, 0)
        {
            ImagesPerSecond = imagesPerSecond,
            OnTraining = recipe =>
            {
                onTraining?.Invoke(recipe);
                _parts.Add(recipe);
            },
        };
        return _run.Open(fuse, trainer, clock);
    }
}
