using CPrune.Graph;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

/// <summary>Several policies begin behind one preparation: the original is read and tuned once, and is the same for all.</summary>
public sealed class BehindTests : IDisposable
{
    private readonly SmallRun _prepared = new(), _run = new();

    public void Dispose()
    {
        _prepared.Dispose();
        _run.Dispose();
    }

    [Theory]
    [InlineData("knapsack")]
    [InlineData("cprune")]
    public async Task ARunBehindAPreparationIsTheRunThatBeginsFromNothing(string policy)
    {
        var (alone, preparing, behind) = (new Fuse(), new Fuse(), new Fuse());
        var expected = await _run.ExecuteAsync(alone, policy: policy);
        _run.Clear();
        await _prepared.ExecuteAsync(preparing, policy: "uniform", prepares: true);
        var record = await _run.ExecuteAsync(behind, policy: policy, behind: _prepared.Folder);
        Assert.Equal(alone.Calls, preparing.Calls + behind.Calls);
        Assert.True(preparing.Calls > 0);
        Assert.Equal(expected.After, record.After);
        Assert.Equal(expected.ElapsedSeconds, record.ElapsedSeconds, 1e-6);
    }

    [Fact]
    public async Task APreparationIsPreparedOnce()
    {
        await _prepared.ExecuteAsync(new Fuse(), prepares: true);
        var again = new Fuse();
        await _prepared.ExecuteAsync(again, prepares: true);
        Assert.Equal(0, again.Calls);
    }

    [Fact]
    public async Task ARunThatHasBegunDoesNotBeginAgainBehindAnother()
    {
        var whole = await _run.ExecuteAsync(new Fuse());
        await _prepared.ExecuteAsync(new Fuse(), prepares: true);
        var fuse = new Fuse();
        Assert.Equal(whole.After, (await _run.ExecuteAsync(fuse, behind: _prepared.Folder)).After);
        Assert.Equal(0, fuse.Calls);
    }

    /// <summary>And goes on behind it the next time: it must not begin from nothing then.</summary>
    [Fact]
    public async Task WhereThePreparationCannotBeOpenedTheRunDoesNotBegin()
    {
        Directory.CreateDirectory(_prepared.Folder);
        File.WriteAllText(Path.Combine(_prepared.Folder, "run.db"), "this is not a database, although it is long enough to be one");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _run.ExecuteAsync(new Fuse(), behind: _prepared.Folder));
        Assert.StartsWith($"cannot use the run folder '{_prepared.Folder}'", error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(_prepared.Folder, "run.db"));

        var (preparing, behind) = (new Fuse(), new Fuse());
        await _prepared.ExecuteAsync(preparing, prepares: true);
        await _run.ExecuteAsync(behind, behind: _prepared.Folder);
        var alone = new Fuse();
        _run.Clear();
        await _run.ExecuteAsync(alone);
        Assert.Equal(alone.Calls, preparing.Calls + behind.Calls);
    }
}
