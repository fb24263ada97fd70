using CPrune.Compiler.Schedules;
using CPrune.Compiler.Tests.Expressions;

namespace CPrune.Compiler.Tests.Schedules;

public class SharedTapsTests
{
    [Theory]
    [InlineData(37, 3, "kw", 1, 3)] // 3 · 5 lanes
    [InlineData(22, 3, "kw", 2, 4)] // 3 · 6 lanes, the last position's in two vectors
    [InlineData(5, 5, "kw", 2, 6)]
    public void Positions_share_the_vectors_of_the_last_channels(int channels, int window, string axis, int vectors, int loads)
    {
        var taps = SharedTaps.Of(Samples.Conv(8, 8, channels, 4, new Window(window)), "ic", 16, _ => true)!;
        Assert.Equal((axis, window, vectors, loads), (taps.Axis, taps.Taps, taps.Vectors, taps.Loads));
    }

    [Theory]
    [InlineData(32, 3)] // nothing is left
    [InlineData(29, 3)] // 3 · 13 lanes take three vectors
    [InlineData(37, 1)] // no window
    public void Nothing_is_shared_where_it_saves_nothing(int channels, int window) =>
        Assert.Null(SharedTaps.Of(Samples.Conv(8, 8, channels, 4, new Window(window)), "ic", 16, _ => true));

    [Fact]
    public void Axes_that_are_split_are_left_alone() =>
        Assert.Equal("kh", SharedTaps.Of(Samples.Conv(8, 8, 37, 4, new Window(3)), "ic", 16, axis => axis != "kw")!.Axis);
}
