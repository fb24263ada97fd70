using System.Collections.Immutable;
using CPrune.Compiler.Subgraphs;
using CsCheck;

namespace CPrune.Compiler.Tests.Subgraphs;

public class ChannelRunTests
{
    [Fact]
    public void Runs_bring_every_channel_to_its_place_once() => Gen.Int[0, 11].Array[1, 20].Sample(order =>
    {
        var written = new int?[order.Length];
        foreach (var run in ChannelRun.Of([.. order]))
            for (var i = 0; i < run.Count; i++)
            {
                Assert.Null(written[run.To + i * run.ToStep]);
                written[run.To + i * run.ToStep] = run.From + i * run.FromStep;
            }

        Assert.Equal(order.Select(o => (int?)o), written);
    });

    [Fact]
    public void A_shuffle_takes_as_many_runs_as_it_has_groups_or_channels_in_a_group()
    {
        Assert.Equal([new ChannelRun(0, 1, 0, 2, 4), new ChannelRun(4, 1, 1, 2, 4)], ChannelRun.Of([0, 4, 1, 5, 2, 6, 3, 7]));
        Assert.Equal([new ChannelRun(0, 2, 0, 1, 4), new ChannelRun(1, 2, 4, 1, 4)], ChannelRun.Of([0, 2, 4, 6, 1, 3, 5, 7]));
        Assert.Equal([new ChannelRun(3, 1, 0, 1, 2), new ChannelRun(8, 1, 2, 1, 2)], ChannelRun.Of([3, 4, 8, 9]));
    }
}
