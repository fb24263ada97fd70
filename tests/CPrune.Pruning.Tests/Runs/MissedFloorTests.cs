using CPrune.Graph;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;
using CPrune.Training.Recipes;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>The test set tells at the end that accuracy was read wrongly.</summary>
public sealed class MissedFloorTests : IDisposable
{
    private const double Floor = 0.8;

    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task AnEarlierModelIsTrainedForLongWhereTheLastOneMissesTheFloor()
    {
        var events = new List<string>();
        var record = await ExecuteAsync(narrowest: 45, progress: LongTrainings(events), readsBefore: 2);
        Assert.Matches(@"refused at the end: accepted model \d+ after long training: 7\d\.\d\d % on the test set is below the floor of 80\.00 %", record.EndReason);
        Assert.InRange(record.After!.TestTop1!.Value, Floor, 0.95);
        Assert.True(record.After.LatencySeconds < record.Before.LatencySeconds);
        Assert.InRange(events.Count, 2, 3);
    }

    [Fact]
    public async Task WhereAnEarlierModelHasRoomOneBetweenItAndWhatMissedIsTrainedToo()
    {
        var events = new List<string>();
        var record = await ExecuteAsync(narrowest: 30, progress: LongTrainings(events), fall: 0.23);
        // Of 7 models the last falls by 0.27; 0.15 are allowed, of which the first one takes 0.01.
        Assert.Equal(["7", "1", "2"], events.Select(e => e.Split(' ')[^1]));
        Assert.Equal(record.Candidates[1].SelectionTop1, record.After!.SelectionTop1);
        Assert.Contains("refused at the end: accepted model 7 after long training", record.EndReason);
    }

    [Fact]
    public async Task TheModelWithRoomIsTakenWhereTheOneBehindItMisses()
    {
        var events = new List<string>();
        var record = await ExecuteAsync(narrowest: 0, progress: LongTrainings(events), readsBefore: 2, fall: 0.23, fewest: 43_274);
        Assert.Equal(["7", "1", "2"], events.Select(e => e.Split(' ')[^1]));
        Assert.Equal(record.Candidates[0].SelectionTop1, record.After!.SelectionTop1);
        Assert.Contains("accepted model 2 after long training: 69.57 % on the test set is below the floor of 80.00 %", record.EndReason);
    }

    [Theory]
    [InlineData(0.02, true)]
    [InlineData(0.10, false)]
    public async Task WhatMissesTheFloorByLittleIsTrainedOn(double missed, bool reached)
    {
        var events = new List<string>();
        var record = await ExecuteAsync(narrowest: 65, progress: LongTrainings(events), readsBefore: 2, fall: 0.12 + missed, falls: 1);
        Assert.Equal(reached, events.Distinct().Count() == 1);
        Assert.True(events.Count > 1);
        Assert.Equal(reached ? 0.93 : 0.95, record.After!.TestTop1!.Value, 0.025);
    }

    /// <summary>It may have lost 0.15.</summary>
    [Theory]
    [InlineData(0.10, true)]
    [InlineData(0.25, false)]
    public async Task TheOnlyModelThatWasAcceptedIsTrainedOnWhereItMissesByMore(double missed, bool reached)
    {
        var events = new List<string>();
        var record = await ExecuteAsync(narrowest: 65, progress: LongTrainings(events), readsBefore: 2, fall: 0.12 + missed, falls: 1, iterations: 1);
        Assert.Single(record.Candidates);
        Assert.Equal(Enumerable.Repeat("long training of accepted model 1", reached ? 2 : 1), events);
        Assert.Contains("accepted model 1 after long training", record.EndReason, StringComparison.Ordinal);
        if (reached) Assert.InRange(record.After!.TestTop1!.Value, Floor, 0.949);
    }

    [Theory]
    [InlineData(0.17)] // Missed by far.
    [InlineData(0.23)] // And by so much that the first that passes has room.
    [InlineData(0.14)] // Missed by little: trained on.
    public async Task AfterAKillAtAnyMomentTheSameModelIsTaken(double fall)
    {
        var whole = new Fuse();
        var expected = await ExecuteAsync(narrowest: 45, whole, fall: fall);
        for (var calls = whole.Calls - 70; calls < whole.Calls; calls += 3)
        {
            using var run = new SmallRun();
            await Assert.ThrowsAsync<PowerCutException>(() => ExecuteAsync(narrowest: 45, new Fuse(calls), run: run, fall: fall));
            Assert.Equal(expected.After, (await ExecuteAsync(narrowest: 45, run: run, fall: fall)).After);
        }
    }

    [Fact]
    public async Task NoMoreThanThreeLongTrainingsAreMade()
    {
        var events = new List<string>();
        // Every reading misses by little: the first model is trained on, and one before it takes its place, which is the third.
        await ExecuteAsync(narrowest: 65, progress: LongTrainings(events), readsBefore: 2, fall: 0.14);
        Assert.Equal(3, events.Count);
    }

    [Fact]
    public async Task WhereNoLongTrainingHelpsTheResultIsTheOriginal()
    {
        var record = await ExecuteAsync(narrowest: 65, readsBefore: 2);
        Assert.StartsWith("nothing faster was found at this accuracy", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(record.Before, record.After);
    }

    private Task<RunRecord> ExecuteAsync(int narrowest, Fuse? fuse = null, SmallRun? run = null, IProgress<RunEvent>? progress = null, int readsBefore = 0,
        double fall = 0.17, int falls = int.MaxValue, long fewest = 0, int iterations = int.MaxValue)
    {
        fuse ??= new Fuse();
        return (run ?? _run).ExecuteAsync(fuse, itsTrainer: new CliffTrainer(fuse, narrowest, readsBefore, fall, falls, fewest), floor: Floor, progress: progress,
            limits: new WalkLimits { MaxIterations = Math.Min(iterations, new WalkLimits().MaxIterations) });
    }

    private static Relay<RunEvent> LongTrainings(List<string> events) => new(e =>
    {
        if (e is RunEvent.PhaseStarted { Detail: var what } && what.StartsWith("long training of accepted model", StringComparison.Ordinal)) events.Add(what);
    });

    /// <summary>Accuracy falls slowly with the parameters that are gone, but on the test set it falls off where the widest layer is narrower than a width.</summary>
    /// <param name="readsBefore">Readings of the test set on which it does not yet: of the original, and of the rehearsed cut.</param>
    /// <param name="fall">By how much.</param>
    /// <param name="falls">How many times, as if more training helped.</param>
    /// <param name="fewest">It falls off below as many parameters as well.</param>
    private sealed class CliffTrainer(Fuse fuse, int narrowest, int readsBefore, double fall, int falls, long fewest) : ITrainer
    {
        private int _reads, _falls;

        public ModelGraph Train(
            ModelGraph graph, Teacher? teacher, ImageSet images, Normalization normalization, Augmentation augmentation, TrainingRecipe recipe,
            IProgress<TrainingProgress>? progress, CancellationToken cancellation)
        {
            fuse.Burn();
            return graph;
        }

        public Accuracy Evaluate(ModelGraph graph, ImageSet images, Normalization normalization, CancellationToken cancellation)
        {
            fuse.Burn();
            var parameters = GraphStatistics.Parameters(graph);
            var gone = 1 - ((double)parameters / GraphStatistics.Parameters(SmallRun.Model));
            var isBelow = parameters < fewest || graph.Initializers.Values.Where(t => t.Shape.Length == 4).Max(t => t.Shape[0]) < narrowest;
            var fell = images.Count == SmallRun.TestImages && ++_reads > readsBefore && isBelow && ++_falls <= falls;
            const int Total = 100_000;
            return new Accuracy((int)(Total * (0.95 - (0.04 * gone) - (fell ? fall : 0))), Total, [.. Enumerable.Repeat(true, images.Count)]);
        }
    }
}
