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
        // A longer training begins at three times the rate and falls.
        Assert.Equal(9e-3 * 0.5 * (1 + Math.Cos(Math.PI * 0.5 / SecondWind.Segments)), trainer.Rates[10], 1e-9);
        var candidates = trainer.Rates.Skip(10 + SecondWind.Segments).ToList();
        Assert.Equal(3e-3, candidates[0], 1e-9);
        Assert.DoesNotContain(1e-3, candidates);
    }

    [Fact]
    public async Task WhereTheLongerTrainingDivergesItsRateIsAThirdFromThenOn()
    {
        var longer = 9e-3 * 0.5 * (1 + Math.Cos(Math.PI * 0.5 / SecondWind.Segments));
        var trainer = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: longer);
        await _run.ExecuteAsync(new Fuse(), itsTrainer: trainer, floor: 0.8);
        Assert.Single(trainer.Rates, r => Math.Abs(r - longer) < 1e-9);
        Assert.Contains(trainer.Rates, r => Math.Abs(r - (longer / 3)) < 1e-9);
        var last = trainer.Rates.TakeLast(AccuracySide.LongSegments).ToList();
        Assert.Equal(3e-3 * 0.5 * (1 + Math.Cos(Math.PI * 0.5 / AccuracySide.LongSegments)), last[0], 1e-9);
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

    [Fact]
    public async Task AKillLosesOneTrainingOfTheRehearsalAtMost()
    {
        var whole = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3);
        using (var run = new SmallRun()) await run.ExecuteAsync(new Fuse(), itsTrainer: whole, floor: 0.8);
        // The second segment of the longer training.
        var killed = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3, diesAt: 12);
        await Assert.ThrowsAsync<PowerCutException>(() => _run.ExecuteAsync(new Fuse(), itsTrainer: killed, floor: 0.8));
        var resumed = new RateTrainer(SmallRun.Model, best: 3e-3, diverging: 9e-3);
        await _run.ExecuteAsync(new Fuse(), itsTrainer: resumed, floor: 0.8);
        Assert.Equal(whole.Rates.Skip(11), resumed.Rates);
    }

    /// <summary>The nearer a rate to the best one, the more of what was lost comes back; at one it diverges.</summary>
    private sealed class RateTrainer(ModelGraph original, double best, double diverging, int diesAt = 0) : ITrainer
    {
        private const string Rate = "rate";

        private readonly FakeTrainer _judge = new(new Fuse(), original, 0.04);

        public List<double> Rates { get; } = [];

        /// <summary>Of each model that was trained, convolution by convolution.</summary>
        public List<int[]> Filters { get; } = [];

        /// <summary>Additions of each model that was trained.</summary>
        public List<int> Blocks { get; } = [];

        public ModelGraph Train(
            ModelGraph graph, ModelGraph? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
            IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            if (recipe.LearningRate == 0) return graph;
            Rates.Add(recipe.LearningRate);
            Filters.Add([.. graph.Nodes.Where(n => n.OpType == "Conv").Select(n => graph.Initializers[n.Inputs[1]].Shape[0])]);
            Blocks.Add(graph.Nodes.Count(n => n.OpType == "Add"));
            if (Rates.Count == diesAt) throw new PowerCutException();
            if (Math.Abs(recipe.LearningRate - diverging) < 1e-9) throw new TrainingDivergedException(1);
            var rate = recipe.LearningRate.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
            return graph with { Metadata = graph.Metadata with { Properties = graph.Metadata.Properties.SetItem(Rate, rate) } };
        }

        public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
        {
            var accuracy = _judge.Evaluate(graph, images, normalization, cancellation);
            if (!graph.Metadata.Properties.TryGetValue(Rate, out var rate)) return accuracy;
            var away = Math.Abs(Math.Log(double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture) / best));
            return accuracy with { Hits = accuracy.Hits - (int)(10 * away) };
        }
    }
}
