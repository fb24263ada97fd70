using CPrune.Graph;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

public sealed class RehearsalTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task TheRateThatBringsTheRehearsedCutBackBestTrainsAllCandidates()
    {
        var trainer = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3);
        await _run.ExecuteAsync(new Fuse(), itsTrainer: trainer, floor: 0.8);
        // A tenth of the filters loses too little to learn from; a training that does not diverge has three stages.
        Assert.Equal([1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 3e-3, 3e-3, 3e-3, 9e-3], trainer.Rates.Take(10).Select(r => Math.Round(r, 9)));
        // A longer training begins at that rate and falls; here it brings back less than the short one did, and so does one at a lower rate.
        Assert.Equal(Longer(3e-3), trainer.Rates[10], 1e-9);
        Assert.Equal(Longer(1e-3), trainer.Rates[10 + SecondWind.Segments], 1e-9);
        var candidates = trainer.Rates.Skip(10 + (2 * SecondWind.Segments)).ToList();
        Assert.Equal(3e-3, candidates[0], 1e-9);
        Assert.DoesNotContain(1e-3, candidates);
    }

    /// <summary>It diverges, or takes away more than it brings back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhereTheLongerTrainingFailsItsRateIsAThirdFromThenOn(bool diverges)
    {
        var trainer = diverges
            ? new RateTrainer(SmallRun.Model, best: 3e-3, diverging: Longer(3e-3))
            : new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3, spoiling: Longer(3e-3));
        await _run.ExecuteAsync(new Fuse(), itsTrainer: trainer, floor: 0.8);
        Assert.Single(trainer.Rates, r => Math.Abs(r - Longer(3e-3)) < 1e-9);
        Assert.Contains(trainer.Rates, r => Math.Abs(r - Longer(1e-3)) < 1e-9);
        Assert.Equal(LongRate(1e-3), trainer.Rates[^AccuracySide.LongSegments], 1e-9);
    }

    [Fact]
    public async Task ALongRateThatWasAskedForStays()
    {
        var trainer = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3, spoiling: Longer(3e-3));
        await _run.ExecuteAsync(new Fuse(), itsTrainer: trainer, floor: 0.8, training: new TrainingBudget { LongLearningRate = 3e-3 });
        Assert.Equal(LongRate(3e-3), trainer.Rates[^AccuracySide.LongSegments], 1e-9);
    }

    [Fact]
    public async Task WhatIsToBeKeptIsNotCutInTheRehearsalEither()
    {
        var kept = SmallRun.Model.Nodes.First(n => n.OpType == "Conv").Name;
        var trainer = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3);
        await _run.ExecuteAsync(new Fuse(), itsTrainer: trainer, floor: 0.8, limits: new WalkLimits { LayerCaps = [new LayerCap("--keep", kept, 0)] });
        Assert.NotEmpty(trainer.Filters);
        Assert.All(trainer.Filters, filters => Assert.Equal(32, filters[0]));
        Assert.Contains(trainer.Filters, filters => filters[1] < 64);
    }

    [Theory]
    [InlineData(true, 9)]
    [InlineData(false, 10)]
    public async Task OfBlocksThatMayGoAsLargeAShareIsMissing(bool depth, int blocks)
    {
        var model = DepthTests.Residual(blocks: 10);
        var trainer = new RateTrainer(model, best: 1e-3, diverging: 1);
        await _run.ExecuteAsync(new Fuse(), model: model, itsTrainer: trainer, limits: new WalkLimits { Depth = depth, MaxIterations = 1 });
        Assert.Equal(blocks, trainer.Blocks[0]);
        Assert.All(trainer.Filters[0], filters => Assert.True(filters < 32));
    }

    /// <param name="segments">Of longer trainings that were over before: the second training is the one at a lower rate.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(SecondWind.Segments + 1)]
    public async Task AKillLosesOneTrainingOfTheRehearsalAtMost(int segments)
    {
        var whole = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3);
        using (var run = new SmallRun()) await run.ExecuteAsync(new Fuse(), itsTrainer: whole, floor: 0.8);
        var killed = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3, diesAt: 11 + segments);
        await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(new Fuse(), itsTrainer: killed, floor: 0.8));
        var resumed = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3);
        await _run.ExecuteAsync(new Fuse(), itsTrainer: resumed, floor: 0.8);
        Assert.Equal(whole.Rates.Skip(10 + segments), resumed.Rates);
    }

    /// <summary>The rate of the first segment of a longer training.</summary>
    private static double Longer(double peak) => peak * 0.5 * (1 + Math.Cos(Math.PI * 0.5 / SecondWind.Segments));

    /// <summary>The rate of the first segment of the long training.</summary>
    private static double LongRate(double peak) => peak * 0.5 * (1 + Math.Cos(Math.PI * 0.5 / AccuracySide.LongSegments));

    /// <summary>The nearer a rate to the best one, the more of what was lost comes back; at one it diverges, and one spoils a model for good.</summary>
    private sealed class RateTrainer(ModelGraph original, double best, double diverging, int diesAt = 0, double spoiling = 0) : ITrainer
    {
        private const string Rate = "rate", Spoilt = "spoilt";

        private readonly FakeTrainer _judge = new(new Fuse(), original, 0.12);

        public List<double> Rates { get; } = [];

        /// <summary>Of each model that was trained, convolution by convolution.</summary>
        public List<int[]> Filters { get; } = [];

        /// <summary>Additions of each model that was trained.</summary>
        public List<int> Blocks { get; } = [];

        public ModelGraph Train(
            ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
            IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            if (recipe.LearningRate == 0) return graph;
            Rates.Add(recipe.LearningRate);
            Filters.Add([.. graph.Nodes.Where(n => n.OpType == "Conv").Select(n => graph.Initializers[n.Inputs[1]].Shape[0])]);
            Blocks.Add(graph.Nodes.Count(n => n.OpType == "Add"));
            if (Rates.Count == diesAt) throw new PowerCutException();
            if (Math.Abs(recipe.LearningRate - diverging) < 1e-9) throw new TrainingDivergedException(1);
            var rate = recipe.LearningRate.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            var properties = graph.Metadata.Properties.SetItem(Rate, rate);
            if (Math.Abs(recipe.LearningRate - spoiling) < 1e-9) properties = properties.SetItem(Spoilt, "yes");
            return graph with { Metadata = graph.Metadata with { Properties = properties } };
        }

        public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
        {
            var accuracy = _judge.Evaluate(graph, images, normalization, cancellation);
            if (!graph.Metadata.Properties.TryGetValue(Rate, out var rate)) return accuracy;
            var away = Math.Abs(Math.Log(double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture) / best));
            return accuracy with { Hits = accuracy.Hits - (int)(10 * away) - (graph.Metadata.Properties.ContainsKey(Spoilt) ? 100 : 0) };
        }
    }
}
