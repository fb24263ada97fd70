using CPrune.Graph;
using CPrune.Pruning.Runs;
using CPrune.Training.Data;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>
/// What is promised: the result is faster, and not below the floor where the referee reads it, on the whole test set and on the images that nothing was
/// decided on.
/// </summary>
public sealed class PromiseTests : IDisposable
{
    private readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    /// <summary>One finalist after the other is refused, as many as the referee is told to; then the next one is the result.</summary>
    [Theory]
    [InlineData("knapsack", 1)]
    [InlineData("knapsack", 2)]
    [InlineData("cprune", 1)]
    [InlineData("cprune", 2)]
    public async Task AFinalistBelowTheFloorOnTheUnseenImagesOnlyGivesWayToTheNext(string policy, int refused)
    {
        // On the selection part all are as good as the original, so that the whole test set is above the floor.
        var record = await ExecuteAsync(policy, refused, (isUnseen, _) => isUnseen ? 0.943 : 0.95);
        Assert.Equal(refused, Count(record, " % on the images that nothing was decided on is below the floor of 94.50 %"));
        Assert.DoesNotContain("on the test set is below", record.EndReason, StringComparison.Ordinal);
        AssertNext(record, refused);
    }

    [Theory]
    [InlineData("knapsack", 1)]
    [InlineData("cprune", 2)]
    public async Task AFinalistBelowTheFloorOnTheWholeTestSetOnlyGivesWayToTheNext(string policy, int refused)
    {
        var record = await ExecuteAsync(policy, refused, (isUnseen, _) => isUnseen ? 0.95 : 0.90);
        Assert.Equal(refused, Count(record, ": 93.00 % on the test set is below the floor of 94.50 %"));
        AssertNext(record, refused);
    }

    [Fact]
    public async Task WhereAllAreRefusedTheOriginalIsTheResult()
    {
        var record = await ExecuteAsync("knapsack", int.MaxValue, (_, _) => 0.5);
        Assert.StartsWith("nothing faster was found at this accuracy, the result is the original model, tuned; ", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(record.Before, record.After);
        Assert.Null(record.Promise);
    }

    /// <summary>570 of 600 are the original's; the floor is a point below it, 564. Two tenths of a point are 1.2 images.</summary>
    [Theory]
    [InlineData(564, true)]
    [InlineData(563, false)]
    public async Task TheFloorIsCheckedToTheImage(int right, bool isKept)
    {
        var record = await ExecuteAsync("knapsack", 1, (isUnseen, images) => isUnseen ? right / (double)images.Count : 0.95, new AccuracyFloor.LosingAtMost(0.01));
        Assert.Equal(isKept ? 0 : 1, Count(record, "below the floor"));
        if (isKept) Assert.Equal(0.94, record.After!.UnseenTop1);
    }

    /// <summary>A share like 0.8 is no binary fraction: 0.8 − 0.1 is more than 0.7 for a machine.</summary>
    [Fact]
    public async Task AResultThatIsExactlyAtTheFloorKeepsIt()
    {
        var asked = 0;
        var trainer = SmallRun.Trainer(new Fuse());
        var referee = new FakeReferee(new Fuse(), trainer) { Says = (_, _) => asked++ < 2 ? 0.8 : 0.7 };
        var record = await _run.ExecuteAsync(new Fuse(), trainer, reference: referee, goal: new Goal.Accuracy(new AccuracyFloor.LosingAtMost(0.1)));
        Assert.DoesNotContain("below the floor", record.EndReason, StringComparison.Ordinal);
        Assert.Equal(0.7, record.After!.TestTop1);
    }

    /// <summary>The original itself may be below the floor on a part of the images: it cannot be asked to be better than itself.</summary>
    [Fact]
    public async Task OnImagesThatAreHardForTheOriginalTheFloorIsItsOwn()
    {
        var trainer = SmallRun.Trainer(new Fuse());
        // 93 % on the unseen images, 98 % on the others: 95 % on all.
        var referee = new FakeReferee(new Fuse(), trainer) { Says = (_, images) => images == SmallRun.Split.Unseen ? 0.93 : 0.98 };
        var record = await _run.ExecuteAsync(new Fuse(), trainer, reference: referee);
        Assert.Equal((0.945, 0.93), (record.Promise!.TestFloor, record.Promise.UnseenFloor));
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task ThePromiseSaysWhatWasReadAndHowOften()
    {
        var record = await ExecuteAsync("knapsack", 1, (isUnseen, _) => isUnseen ? 0.90 : 0.95);
        var promise = record.Promise!;
        Assert.Equal((0.945, 0.945, 1000, 600, 2), (promise.TestFloor, promise.UnseenFloor, promise.TestImages, promise.UnseenImages, promise.Readings));
        Assert.Equal(record.After!.TestTop1!.Value - record.Before.TestTop1!.Value, promise.TestChange.Change, 1e-9);
        Assert.Equal(record.After.UnseenTop1!.Value - record.Before.UnseenTop1!.Value, promise.UnseenChange.Change, 1e-9);
    }

    /// <summary>The referee reads the file that is written; what the training library thinks of the model is no promise.</summary>
    [Fact]
    public async Task TheRefereeReadsTheOriginalsFileAndTheResults()
    {
        var trainer = SmallRun.Trainer(new Fuse());
        var referee = new FakeReferee(new Fuse(), trainer);
        var record = await _run.ExecuteAsync(new Fuse(), trainer, reference: referee);
        Assert.Equal(record.Before.FileBytes, referee.Readings[0].FileBytes);
        Assert.Equal(record.After!.FileBytes, referee.Readings[^1].FileBytes);
        Assert.Equal((1e-3, 1e-3), (record.Before.ReferenceLatencySeconds, record.After.ReferenceLatencySeconds));
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task ALibraryThatComputesSomethingElseIsNoResult(string policy)
    {
        var trainer = SmallRun.Trainer(new Fuse());
        var referee = new FakeReferee(new Fuse(), trainer) { Finds = number => number == 1 ? "it computes something else" : null };
        var record = await _run.ExecuteAsync(new Fuse(), trainer, reference: referee, policy: policy);
        Assert.Equal(2, referee.Compared);
        Assert.Contains(": it computes something else", record.EndReason, StringComparison.Ordinal);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds);
    }

    [Fact]
    public async Task AFloorAboveTheModelsOwnAccuracyIsRefusedAndNothingIsLeft()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _run.ExecuteAsync(new Fuse(), floor: 0.96));
        Assert.Equal(UserErrorKind.Goal, error.Kind);
        Assert.Equal("the accuracy asked for, 96.00 %, is above the model's own: 95.00 % on the 1000 test images; ask for at most that", error.Message);
        error = await Assert.ThrowsAsync<UserErrorException>(() => _run.ExecuteAsync(new Fuse(), goal: new Goal.Accuracy(new AccuracyFloor.LosingAtMost(0.95))));
        Assert.Equal("the model's own accuracy is 95.00 %: 95 points cannot be lost of it; give a smaller --max-drop", error.Message);
        Assert.False(Directory.Exists(_run.Folder));
    }

    private static int Count(RunRecord record, string what) => record.EndReason!.Split(what).Length - 1;

    private static void AssertNext(RunRecord record, int refused)
    {
        Assert.Equal(refused + 1, record.Promise!.Readings);
        Assert.True(record.After!.LatencySeconds < record.Before.LatencySeconds, record.EndReason);
        Assert.True(record.After.TestTop1 >= SmallRun.Floor && record.After.UnseenTop1 >= SmallRun.Floor);
    }

    /// <param name="models">So many finalists are said to be what is given.</param>
    /// <param name="says">Top-1 of these, by whether the unseen images were read.</param>
    private Task<RunRecord> ExecuteAsync(string policy, int models, Func<bool, ImageSet, double> says, AccuracyFloor? floor = null)
    {
        var (trainer, readings) = (new FakeTrainer(new Fuse(), SmallRun.Model, 1e-4), 0);
        var referee = new FakeReferee(new Fuse(), trainer)
        {
            // Two readings of each model, the original first.
            Says = (_, images) => readings++ is var n && n >= 2 && (n - 2) / 2 < models ? says(images == SmallRun.Split.Unseen, images) : null,
        };
        return _run.ExecuteAsync(
            new Fuse(), trainer, reference: referee, policy: policy, goal: new Goal.Accuracy(floor ?? new AccuracyFloor.AtLeast(SmallRun.Floor)));
    }
}
