using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;
using CPrune.Compiler.Tests.Llvm;

namespace CPrune.Compiler.Tests.Schedules;

/// <summary>
/// A schedule is replayed on a smaller extent of the same computation: the pruner's promise that a program survives a cut.
/// </summary>
public class ReplayTests
{
    private const string Tuned =
        "split oc 2 16; split oh 2; split ow 7; split ic 8; order oc.0 oh.0 ow.0 ic.0 kh kw ic.1 oh.1 ow.1 oc.1 oc.2; vectorize oc.2; registers oh.1 ow.1 oc.1; unroll ic.1; parallel oc.0";

    private static readonly Window Same = new(3, PadBefore: 1, PadAfter: 1);

    [Fact]
    public void Every_smaller_number_of_filters_and_channels_stays_right()
    {
        var target = Runnable.Target("x86-64-v4");
        for (var channels = 1; channels <= 40; channels += channels < 20 ? 1 : 5)
            for (var filters = 64; filters >= 1; filters -= channels % 5 == 0 ? 3 : 13)
                Check.Agrees(Samples.Conv(9, 8, channels, filters, Same), Schedule.Parse(Tuned), target, seed: channels * 100 + filters);
    }

    [Fact]
    public void Every_smaller_image_stays_right()
    {
        var target = TargetCatalog.Find("host", 1);
        var schedule = Schedule.Parse(Tuned.Replace("16", "4", StringComparison.Ordinal));
        for (var height = 1; height <= 5; height++)
            for (var width = 1; width <= 16; width++)
                Check.Agrees(Samples.Conv(height, width, 9, 11, Same), schedule, target, seed: height * 100 + width);
    }

    [Theory]
    [InlineData(64, 2, 2, 16)]
    [InlineData(63, 2, 2, 16)]
    [InlineData(33, 2, 2, 16)]
    [InlineData(32, 1, 2, 16)]
    [InlineData(16, 1, 1, 16)]
    [InlineData(5, 1, 1, 16)]
    public void Filters_keep_their_lanes_and_lose_turns_from_outside_in(int filters, int outer, int vectors, int lanes)
    {
        var loops = Apply(Samples.Conv(8, 8, 16, filters, Same)).LoopsOf("oc");
        Assert.Equal([outer, vectors, lanes], loops.Select(l => l.Extent));
        Assert.Equal([vectors * lanes, lanes, 1], loops.Select(l => l.Stride));
    }

    [Theory]
    [InlineData(14, 2, 7)]
    [InlineData(13, 2, 7)]
    [InlineData(5, 1, 5)]
    public void A_tile_never_exceeds_its_row(int width, int outer, int tile) =>
        Assert.Equal([outer, tile], Apply(Samples.Conv(8, width, 16, 64, Same)).LoopsOf("ow").Select(l => l.Extent));

    private static ScheduledNest Apply(CPrune.Compiler.Expressions.Computation computation) =>
        Assert.IsType<ScheduleResult.Ok>(ScheduledNest.Apply(computation, Schedule.Parse(Tuned), TargetCatalog.Find("x86-64-v4", 1))).Nest;
}
