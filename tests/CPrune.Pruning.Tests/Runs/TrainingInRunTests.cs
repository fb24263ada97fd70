using System.Globalization;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Pruning.Settings;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>How the models of a run are trained, and what becomes of a training that fails.</summary>
public sealed class TrainingInRunTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("knapsack")]
    [InlineData("uniform")]
    public async Task TheOriginalTeachesWithItsTunedLibrary(string policy)
    {
        // The library is there while it is asked: it holds its latency.
        var (taught, trainer) = (new List<double>(), SmallRun.Trainer(new Fuse()));
        var watching = new Relay<RunEvent>(e =>
        {
            if (e is RunEvent.CandidateTried) taught.Add(double.Parse(File.ReadAllText(trainer.Trainings.Last(t => t.Teacher is not null).Teacher!.Library!), CultureInfo.InvariantCulture));
        });
        var record = await _run.ExecuteAsync(new Fuse(), trainer, policy: policy, progress: watching);
        var trainings = trainer.Trainings.Where(t => t.Recipe.Images > 0).ToList();
        Assert.NotEmpty(trainings);
        Assert.All(trainings, t => Assert.Same(SmallRun.Model, t.Teacher!.Graph));
        Assert.All(trainings, t => Assert.Equal((new PruneSettings().Distillation, new PruneSettings().Temperature), (t.Recipe.Distillation, t.Recipe.DistillationTemperature)));
        Assert.All(taught, seconds => Assert.Equal(record.Before.LatencySeconds, seconds, 1e-9));
        // Recalibration needs no teacher.
        Assert.All(trainer.Trainings.Where(t => t.Recipe.Images == 0), t => Assert.Null(t.Teacher));
    }

    /// <summary>
    /// The first stage tries hints. If it is better with them by more than a reading errs, layers with all their channels are taught by
    /// them from then on; otherwise, or with a weight of 0, only answers are learned.
    /// </summary>
    [Theory]
    [InlineData(50, 100, true)]
    [InlineData(1, 100, false)]
    [InlineData(50, 0, false)]
    public async Task HintsAreUsedIfTheyHelp(double worth, double weight, bool areUsed)
    {
        var trainer = new FakeTrainer(new Fuse(), s_kept, 0.2, recovery: 0.3) { WorthWithHints = worth };
        await _run.ExecuteAsync(
            new Fuse(), trainer, model: s_kept, limits: new CutLimits { LayerCaps = [new LayerCap("--keep stem", "stem", 0)] },
            settings: new PruneSettings { HintWeight = weight });
        var trainings = trainer.Trainings.Where(t => t.Recipe.Images > 0).Select(t => t.Teacher!.Hints).ToList();
        // Rates come first, without hints; then the trial.
        Assert.Empty(trainings[0]);
        Assert.Equal(weight > 0, trainings.Exists(h => h.SequenceEqual(["strided"])));
        Assert.Equal(areUsed ? ["strided"] : [], trainings[^1]);
    }

    private static readonly ModelGraph s_kept = Kept();

    /// <summary>A stem whose channels stay, a layer of half the size that reads it, and an end.</summary>
    private static ModelGraph Kept()
    {
        var graph = new GraphBuilder("kept", seed: 1);
        var x = graph.Relu(graph.Conv(graph.Input(3, 8, 8), 8, Window.Same(3), name: "stem"));
        x = graph.Relu(graph.Conv(x, 64, Window.Same(3, 2), name: "strided"));
        x = graph.Relu(graph.Conv(x, 64, Window.Same(3), name: "last"));
        return graph.Build(graph.Dense(graph.Flatten(x), 10, name: "end"));
    }

    [Fact]
    public async Task WithoutDistillationThereIsNoTeacher()
    {
        var trainer = SmallRun.Trainer(new Fuse());
        await _run.ExecuteAsync(new Fuse(), trainer, settings: new PruneSettings { Distillation = 0 });
        Assert.All(trainer.Trainings, t => Assert.Null(t.Teacher));
    }

    /// <summary>Section 4.1: SGD at a constant 1e-4 with batches of 64, five epochs after a cut and a hundred at the end; labels only.</summary>
    [Theory]
    [InlineData("cprune")]
    [InlineData("netadapt")]
    public async Task AWalkTrainsAsThePaperDoes(string policy)
    {
        var trainer = SmallRun.Trainer(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), trainer, policy: policy, settings: new PruneSettings { MaxIterations = 4 });
        var trainings = trainer.Trainings.Where(t => t.Recipe.Images > 0).ToList();
        Assert.All(trainings, t => Assert.Null(t.Teacher));
        Assert.All(trainings, t => Assert.Equal(
            (1e-4, 64, LearningRateSchedule.Constant, 0.9, 5e-4, 0.0),
            (t.Recipe.LearningRate, t.Recipe.BatchSize, t.Recipe.Schedule, t.Recipe.Momentum, t.Recipe.WeightDecay, t.Recipe.Distillation)));
        var trained = record.Candidates.Where(c => c.TrainedImages is not null).ToList();
        Assert.NotEmpty(trained);
        Assert.All(trained, c => Assert.InRange(c.TrainedImages!.Value, (5 * SmallRun.TrainImages) - 64, 5 * SmallRun.TrainImages));
        var last = trainer.Trainings.Sum(t => t.Recipe.Images) - trained.Sum(c => c.TrainedImages!.Value);
        Assert.InRange(last, (100 * SmallRun.TrainImages) - 64, 100 * SmallRun.TrainImages);
    }

    /// <summary>Every stage is a whole training: to a rate of zero, and begun with the weights of the stage that it was cut from.</summary>
    [Fact]
    public async Task EveryStageOfAPlannedSearchIsTrainedToItsEnd()
    {
        var trainer = SmallRun.Trainer(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), trainer, settings: new PruneSettings { HintWeight = 0 });
        var parts = trainer.Trainings.Where(t => t.Recipe.Images > 0).Select(t => t.Recipe).ToList();
        Assert.All(parts.Where(p => p.Part != (0, 1) || p.Schedule != LearningRateSchedule.Constant), p => Assert.Equal(LearningRateSchedule.Cosine, p.Schedule));
        Assert.All(parts, p => Assert.Equal(128, p.BatchSize));
        // Rates make no difference here: the first two cuts are trained at the first rate and at the next larger one, and keep the first.
        var (rate, factor) = (new PruneSettings().LearningRate, new PruneSettings().RateFactor);
        var (trainings, since) = (new Queue<(double Rate, long Images)>(Trainings(parts)), new Dictionary<string, long>());
        var cuts = 0;
        foreach (var candidate in record.Candidates)
        {
            var isCut = !candidate.CutReason.StartsWith("trained on", StringComparison.Ordinal);
            var before = isCut ? 0 : since[candidate.TaskLabel];
            double[] rates = candidate.Number == 1 ? [rate, rate * factor, rate / factor] : isCut && ++cuts == 1 ? [rate, rate * factor] : isCut ? [rate] : [RateAfter(before)];
            foreach (var expected in rates)
            {
                var training = trainings.Dequeue();
                Assert.Equal(expected, training.Rate, rate / 20);
                Assert.InRange(training.Images, candidate.TrainedImages!.Value - 128, candidate.TrainedImages.Value + 128);
            }

            since[$"candidate {candidate.Number}"] = before + candidate.TrainedImages!.Value;

            // A model that was trained for longer since its cut than it is now has a rate that is less by as much.
            double RateAfter(long images) => rate * Math.Min(1, (double)candidate.TrainedImages!.Value / images);
        }

        Assert.Empty(trainings);

        // A part begins where the one before ended, and no two see the same images.
        foreach (var (part, next) in parts.Zip(parts.Skip(1))) Assert.Equal(part.Part.To == 1 ? 0 : part.Part.To, next.Part.From, 1e-12);
        Assert.Distinct(parts.Select(p => p.Seed));
    }

    /// <summary>A larger rate is taken if it is better, a smaller one if it is better by more than a reading errs.</summary>
    [Theory]
    [InlineData(3, 1.2, 0.03)]
    [InlineData(1.0 / 3, 1.2, 0.01)]
    [InlineData(1.0 / 3, 50, 0.003333)]
    public async Task ASmallerRateHasToBeSurelyBetter(double factor, double worth, double found)
    {
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 0.2, recovery: 0.3)
        {
            WorthAt = rate => Math.Abs((rate / (0.01 * factor)) - 1) < 0.01 ? worth : rate < 0.03 * 0.99 ? 1 : 0.5,
        };
        var record = await _run.ExecuteAsync(new Fuse(), trainer);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"(rate {found:0.####})"), record.Candidates[0].Reason, StringComparison.Ordinal);
    }

    /// <summary>Peak rate and images of whole trainings, from their parts.</summary>
    private static List<(double Rate, long Images)> Trainings(IEnumerable<TrainingRecipe> parts)
    {
        var (whole, images) = (new List<(double, long)>(), 0L);
        foreach (var part in parts)
        {
            images += part.Images;
            // A first part whose speed nobody knows yet stays at a constant rate.
            if (part.Part.To < 1 || part.Schedule == LearningRateSchedule.Constant) continue;
            whole.Add((part.LearningRate, images));
            images = 0;
        }

        return whole;
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task AskedForImagesAreThoseThatAreSeen(string policy)
    {
        var trainer = SmallRun.Trainer(new Fuse());
        await _run.ExecuteAsync(
            new Fuse(), trainer, floor: 0.9, policy: policy, training: new TrainingBudget { ShortImages = 640, LongImages = 6400 },
            settings: new PruneSettings { MaxIterations = policy == "cprune" ? 3 : 100 });
        var images = trainer.Trainings.Sum(t => t.Recipe.Images);
        Assert.InRange(images, 5500, 6400 + (policy == "cprune" ? 3 * 640 : 0));
        if (policy == "cprune") Assert.Equal((3 * 640) + 6400, images);
    }

    /// <summary>The n-th part of a training comes to no number: what there was before is what there is.</summary>
    [Theory]
    [InlineData("knapsack", 20)]
    [InlineData("knapsack", 22)]
    [InlineData("cprune", 1)]
    [InlineData("cprune", 3)]
    [InlineData("netadapt", 2)]
    public async Task ATrainingThatDivergesIsAFailedCandidateAndNotAFailedRun(string policy, int inPart)
    {
        var parts = 0;
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 0.02, recovery: 0.3)
        {
            OnTraining = recipe =>
            {
                if (recipe.Images > 0 && ++parts == inPart) throw new TrainingDivergedException(7);
            },
        };
        var record = await _run.ExecuteAsync(new Fuse(), trainer, policy: policy);
        var failed = Assert.Single(record.Candidates, c => c.Reason.Contains("training diverged after 7 images: the loss is not a number; a smaller learning rate may help", StringComparison.Ordinal));
        Assert.True(failed.Verdict is Verdict.Failed or Verdict.Accepted, $"{failed.Verdict}");
        Assert.True(record.After!.TestTop1 >= SmallRun.Floor);
        var written = OnnxFile.Read(Path.Combine(_run.Folder, "model.onnx"));
        Assert.Equal(record.After.Parameters, GraphStatistics.Parameters(written));
    }

    /// <summary>A learning rate at which the first stage diverges is only not taken.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public async Task ALearningRateThatDivergesIsNotTaken(int inPart)
    {
        var parts = 0;
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 0.02, recovery: 0.3)
        {
            OnTraining = recipe =>
            {
                if (recipe.Images > 0 && ++parts == inPart) throw new TrainingDivergedException(7);
            },
        };
        var record = await _run.ExecuteAsync(new Fuse(), trainer);
        Assert.DoesNotContain(record.Candidates, c => c.Verdict == Verdict.Failed);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    /// <summary>Nothing is cut, and all training goes to the original: a control.</summary>
    [Fact]
    public async Task UncutTrainsTheOriginalAndKeepsIt()
    {
        var trainer = SmallRun.Trainer(new Fuse());
        var record = await _run.ExecuteAsync(new Fuse(), trainer, policy: "uncut");
        Assert.Equal(record.Before, record.After);
        Assert.Single(record.Candidates);
        Assert.InRange(trainer.Trainings.Sum(t => t.Recipe.Images), 0.9 * 100 * SmallRun.TrainImages, 100 * SmallRun.TrainImages);
    }

    /// <summary>A rate that is too high is too high for all that comes after.</summary>
    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task WhereEveryTrainingDivergesTheRunEndsWithTheOriginalAndTheReason(string policy)
    {
        var trainer = new FakeTrainer(new Fuse(), SmallRun.Model, 5)
        {
            OnTraining = recipe =>
            {
                if (recipe.Images > 0) throw new TrainingDivergedException(7);
            },
        };
        var record = await _run.ExecuteAsync(new Fuse(), trainer, policy: policy, timeLimit: TimeSpan.FromHours(1));
        Assert.InRange(record.Candidates.Length, 1, 10);
        Assert.All(record.Candidates, c => Assert.Equal(Verdict.Failed, c.Verdict));
        Assert.Equal(record.Before, record.After);
        // Not that the time was too short: fewer images were seen than there are.
        if (policy == "knapsack") Assert.Contains("training diverged after 7 images: the loss is not a number", record.EndReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PolicyNamesAreKnown()
    {
        Assert.Equal(["knapsack", "predict", "flops", "uniform", "uncut", "cprune", "netadapt"], PolicyCatalog.Names);
        Assert.Equal("there is no planner 'magic' (Parameter 'name')", (await Assert.ThrowsAsync<ArgumentException>(() => _run.ExecuteAsync(new Fuse(), policy: "magic"))).Message);
    }

}
