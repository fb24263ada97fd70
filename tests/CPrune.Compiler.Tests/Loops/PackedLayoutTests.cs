using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;

namespace CPrune.Compiler.Tests.Loops;

public class PackedLayoutTests
{
    [Fact]
    public void A_tiled_copy_has_zeros_in_its_tail()
    {
        // [3 filters, 2 channels] as [2 tiles][2 channels][2 lanes]
        var layout = new PackedLayout([3, 2], [new(0, 2, 2), new(1, 2, 1), new(0, 2, 1)]);
        var packed = new float[layout.Length];
        layout.Pack([1, 2, 3, 4, 5, 6], packed);
        Assert.Equal([1, 3, 2, 4, 5, 0, 6, 0], packed);
    }

    [Fact]
    public void Lanes_that_points_share_are_repeated()
    {
        // [7 filters, 2 channels] as [1 tile][2 channels][3 vectors][4 lanes]: filters 4 and 5 for two points, filter 6 for three.
        var tail = new PackedTail([0, 2], 3, 4, [new LaneGroup(0, 2, 2), new LaneGroup(2, 1, 3)]);
        var layout = new PackedLayout([7, 2], [new(0, 1, 8), new(1, 2, 1), new(0, 3, 4), new(0, 4, 1)], tail);
        var packed = new float[layout.Length];
        layout.Pack([.. Enumerable.Range(0, 14).Select(i => (float)(i / 2 + 10 * (i % 2)))], packed);
        Assert.Equal([0, 1, 2, 3, 4, 5, 4, 5, 6, 6, 6, 0, 10, 11, 12, 13, 14, 15, 14, 15, 16, 16, 16, 0], packed);
    }

    [Fact]
    public void Last_channels_of_a_windows_positions_lie_side_by_side()
    {
        // [6 channels, 3 positions] as [3 positions][2 vectors][4 lanes]: channels 4 and 5 of all positions in two vectors.
        var layout = new PackedLayout([6, 3], [new(1, 3, 1), new(0, 2, 4), new(0, 4, 1)], Taps: new PackedTaps([1], 2, 4, 0, 2));
        var packed = new float[layout.Length];
        layout.Pack([.. Enumerable.Range(0, 18).Select(i => (float)(i / 3 + 10 * (i % 3)))], packed);
        Assert.Equal([0, 1, 2, 3, 4, 5, 14, 15, 10, 11, 12, 13, 24, 25, 0, 0, 20, 21, 22, 23, 0, 0, 0, 0], packed);
    }

    [Fact]
    public void Equal_layouts_are_equal() =>
        Assert.Equal(Layout(), Layout());

    private static PackedLayout Layout() => new([3], [new(0, 2, 2)], new PackedTail([0], 0, 2, [new LaneGroup(0, 1, 2)]), new PackedTaps([0], 0, 1, 0, 1));

    [Fact]
    public void A_weight_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PackedLayout([3], [new(0, 4, 1)]).Pack([1, 2], new float[4]));
}
