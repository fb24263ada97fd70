using CPrune.Graph.Operators;
using static CPrune.Graph.Tests.OneNode;

namespace CPrune.Graph.Tests.Operators;

/// <summary>The attribute records that other rooms read instead of resolving pads and slices again.</summary>
public sealed class AttributeRecordTests
{
    [Fact]
    public void Pads_that_keep_the_size_are_resolved()
    {
        var node = Model("Conv", [], null, [("auto_pad", Text("SAME_UPPER")), ("strides", Ints(2, 1)), ("group", Int(2))]).Nodes[0];
        var conv = ConvAttributes.Of(node, [1, 8, 7, 8], [6, 4, 3, 4]);
        Assert.Equal(
            new SlidingWindow { KernelH = 3, KernelW = 4, StrideH = 2, PadTop = 1, PadBottom = 1, PadLeft = 1, PadRight = 2 }, conv.Window);
        Assert.Equal((2, 4, 3, false), (conv.Groups, conv.ChannelsPerGroup, conv.FiltersPerGroup, conv.IsDepthwise));
        Assert.Equal([1, 6, 4, 8], conv.OutputShape([1, 8, 7, 8]));
        var lower = ConvAttributes.Of(node.With("auto_pad", Text("SAME_LOWER")), [1, 8, 7, 8], [6, 4, 3, 4]);
        Assert.Equal((2, 1), (lower.Window.PadLeft, lower.Window.PadRight));
    }

    [Fact]
    public void One_channel_a_group_is_depthwise() =>
        Assert.True(ConvAttributes.Of(Model("Conv", [], null, [("group", Int(8))]).Nodes[0], [1, 8, 7, 7], [16, 1, 3, 3]).IsDepthwise);

    [Fact]
    public void A_global_pooling_is_a_window_as_large_as_the_image()
    {
        var pool = PoolAttributes.Of(Model("GlobalAveragePool", []).Nodes[0], [2, 8, 7, 5]);
        Assert.Equal(new SlidingWindow { KernelH = 7, KernelW = 5 }, pool.Window);
        Assert.Equal([2, 8, 1, 1], pool.OutputShape([2, 8, 7, 5]));
    }

    [Fact]
    public void A_slice_is_resolved_from_what_is_known_of_the_graph()
    {
        var graph = Model("Slice", [1, 8, 7, 7], [Longs(0, -1), Longs(long.MaxValue, -100), Longs(2, 3), Longs(2, -3)]);
        var slice = SliceAttributes.Of(KnownValues.Of(graph).Call(graph.Nodes[0]));
        Assert.Equal([new(0, 1, 1), new(0, 1, 8), new(0, 2, 4), new(6, -3, 3)], slice.Ranges);
        Assert.True(slice.Ranges[1].IsWhole(8));
    }

    [Fact]
    public void A_pad_is_resolved_per_axis()
    {
        var graph = Model("Pad", [1, 8, 7, 7], [Longs(2, 3), Scalar(0.5f), Longs(-3)], opset: 18);
        var pad = PadAttributes.Of(KnownValues.Of(graph).Call(graph.Nodes[0]));
        Assert.Equal([0, 2, 0, 0], pad.Before);
        Assert.Equal([0, 3, 0, 0], pad.After);
        Assert.Equal(0.5f, pad.Value);
        Assert.Equal([1, 13, 7, 7], pad.OutputShape([1, 8, 7, 7]));
    }
}
