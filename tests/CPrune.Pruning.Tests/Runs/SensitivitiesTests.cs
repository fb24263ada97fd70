using CPrune.Pruning.Groups;
using CPrune.Pruning.Policies;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

public class SensitivitiesTests
{
    /// <summary>As behind shortcuts padded with zeros: all layers make some channels together, those of the last stage some by themselves.</summary>
    private static readonly ChannelGroup[] s_groups = [Group(0, "a", "b", "c", "d", "e"), Group(1, "c", "d", "e"), Group(2, "x")];

    [Theory]
    [InlineData(1, "c", "d", "e")]
    [InlineData(1, "c", "e")] // A block is gone.
    [InlineData(0, "a", "c", "d", "e")]
    [InlineData(2, "x")]
    public void AGroupComesFromTheOneWithTheMostSimilarLayers(int id, params string[] layers) =>
        Assert.Equal(id, Sensitivities.Origin(s_groups, Group(9, layers)).Id);

    /// <summary>Three groups, each without half and without four fifths of its filters.</summary>
    [Fact]
    public async Task AGroupIsLookedAtWithoutHalfAndWithoutAllThatMayGo()
    {
        using var run = new SmallRun();
        var events = new Events();
        await run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("knapsack"), limits: new WalkLimits { MaxIterations = 1 }, progress: events);
        Assert.Equal([(0, 6), (1, 6), (2, 6), (3, 6), (4, 6), (5, 6)], Looks(events));

        events = new Events();
        Directory.Delete(run.Folder, recursive: true);
        await run.ExecuteAsync(new Fuse(), policy: PolicyCatalog.Find("knapsack"), limits: new WalkLimits { MaxIterations = 1, MaxLayerCut = 0.5 }, progress: events);
        Assert.Equal([(0, 3), (1, 3), (2, 3)], Looks(events));
    }

    private static IEnumerable<(int, int)> Looks(Events events) =>
        events.All.OfType<RunEvent.PhaseAdvanced>().Where(e => e.Unit == "parts").Select(e => ((int)e.Done, (int)e.Planned));

    private static ChannelGroup Group(int id, params string[] layers) => new()
    {
        Id = id,
        Channels = 8,
        Producers = [.. layers.Select(l => new LayerPositions(l, $"{l}.weight", 0, 8, [.. Enumerable.Range(0, 8).Select(i => (i, i))], 1))],
        Readers = [],
        Parts = [],
        FrozenReason = null,
    };
}
