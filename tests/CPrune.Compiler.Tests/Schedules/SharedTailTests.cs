using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Schedules;

public class SharedTailTests
{
    [Theory]
    [InlineData(2, 5, 16, 7, "3x5", 3)]
    [InlineData(1, 8, 16, 14, "2x8", 7)]
    [InlineData(1, 1, 16, 14, "8x1", 2)]
    [InlineData(1, 9, 16, 14, "2x8 8x1", 9)]
    [InlineData(1, 3, 8, 5, "2x3", 3)]
    public void Lanes_that_are_left_go_to_other_pixels(int full, int rest, int lanes, int points, string groups, int accumulators)
    {
        var shared = SharedTail.Share(full, rest, lanes, points);
        Assert.Equal(groups, string.Join(' ', shared.Select(g => $"{g.Ways}x{g.Count}")));
        Assert.Equal(accumulators, shared.Sum(g => g.Accumulators(points)));
    }

    [Theory]
    [InlineData(0, 5, 16, 7)] // no full vector has loaded the broadcasts
    [InlineData(2, 0, 16, 7)] // nothing is left
    [InlineData(2, 14, 16, 7)] // 8 and 6 lanes take as many accumulators
    [InlineData(2, 5, 16, 1)] // nobody to share with
    [InlineData(2, 1, 4, 8)] // short vectors
    public void Nothing_is_shared_where_it_saves_nothing(int full, int rest, int lanes, int points) =>
        Assert.Empty(SharedTail.Share(full, rest, lanes, points));

    [Fact]
    public void Channels_that_each_pixel_reads_for_itself_are_not_shared()
    {
        var schedule = Schedule.Parse("split c 3 16; split ow 4; order c.0 oh ow.0 kh kw ow.1 c.1 c.2; vectorize c.2; registers ow.1 c.1");
        var nest = ScheduledNest.Apply(Samples.Depthwise(9, 9, 37, new Window(3)), schedule, TargetCatalog.Find("x86-64-v4", 1));
        Assert.Null(Assert.IsType<ScheduleResult.Ok>(nest).Nest.SharedTail);
    }
}
