using CPrune.Pruning.Groups;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Runs;

public class ImportanceSurveyTests
{
    /// <summary>As behind shortcuts padded with zeros: all layers make some channels together, those of the last stage some by themselves.</summary>
    private static readonly ChannelGroup[] s_groups = [Group(0, "a", "b", "c", "d", "e"), Group(1, "c", "d", "e"), Group(2, "x")];

    [Theory]
    [InlineData(1, "c", "d", "e")]
    [InlineData(1, "c", "e")] // A block is gone.
    [InlineData(0, "a", "c", "d", "e")]
    [InlineData(2, "x")]
    public void AGroupComesFromTheOneWithTheMostSimilarLayers(int id, params string[] layers) =>
        Assert.Equal(id, ImportanceSurvey.Origin(s_groups, Group(9, layers)).Id);

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
