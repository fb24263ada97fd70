using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>A long training that fails or does harm is said in the conclusion.</summary>
public sealed class LongTrainingTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    /// <summary>At once, and in its third segment: what came before stands.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public async Task One_that_diverges_is_said_and_not_tried_again(int inCall, bool stands)
    {
        var (trainer, calls) = (new TroubledTrainer(inCall, worse: false), 0);
        await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(trainer, (options, ratio) => IsFinal(options) ? throw new PowerCutException() : ratio));
        calls = trainer.LongCalls;
        var record = await ExecuteAsync(trainer);
        Assert.Equal((inCall, inCall), (calls, trainer.LongCalls));
        Assert.Matches(@"; the long training of accepted model \d+ ended early: training diverged after 7 images: the loss is not a number; a smaller learning rate may help$", record.EndReason);
        using var store = RunStore.Open(_run.Folder);
        Assert.Equal(stands, RunState.Of(store.ReadJournal()).Concluded!.ResultBlob.StartsWith("long-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_makes_the_model_worse_is_said()
    {
        var record = await ExecuteAsync(new TroubledTrainer(int.MaxValue, worse: true));
        Assert.Matches(@"; refused at the end: accepted model \d+ after long training: expected accuracy \S+ % is below \S+ % of ", record.EndReason);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    private Task<RunRecord> ExecuteAsync(TroubledTrainer trainer, Func<Devices.CompareOptions, double, double>? seen = null) =>
        _run.ExecuteAsync(new Fuse(), itsTrainer: trainer, seen: seen, progress: new Relay<RunEvent>(trainer.Hear));

    /// <summary>The last comparison takes longest.</summary>
    private static bool IsFinal(Devices.CompareOptions options) => options.TimeLimit >= TimeSpan.FromSeconds(20);

    /// <param name="inCall">Of those in the long training, the one that diverges.</param>
    /// <param name="worse">The long training takes a tenth of the accuracy.</param>
    private sealed class TroubledTrainer(int inCall, bool worse) : ITrainer
    {
        private const string Spoiled = "spoiled";

        private bool _isLong;

        public int LongCalls { get; private set; }

        public void Hear(RunEvent e)
        {
            if (e is RunEvent.PhaseStarted { Detail: var what }) _isLong = what.StartsWith("long training of accepted model", StringComparison.Ordinal);
        }

        public ModelGraph Train(
            ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
            IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            if (_isLong && ++LongCalls == inCall) throw new TrainingDivergedException(7);
            return _isLong && worse ? graph with { Metadata = graph.Metadata with { Properties = graph.Metadata.Properties.SetItem(Spoiled, "yes") } } : graph;
        }

        public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
        {
            var gone = 1 - ((double)GraphStatistics.Parameters(graph) / GraphStatistics.Parameters(SmallRun.Model));
            const int Total = 100_000;
            var isSpoiled = graph.Metadata.Properties.ContainsKey(Spoiled);
            return new Accuracy((int)(Total * (0.95 - (0.01 * gone) - (isSpoiled ? 0.1 : 0))), Total, [.. Enumerable.Repeat(true, images.Count)]);
        }
    }
}
