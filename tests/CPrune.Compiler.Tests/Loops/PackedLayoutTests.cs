using CPrune.Compiler.Models;

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
    public void Equal_layouts_are_equal() =>
        Assert.Equal(new PackedLayout([3], [new(0, 2, 2)]), new PackedLayout([3], [new(0, 2, 2)]));

    [Fact]
    public void A_weight_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => new PackedLayout([3], [new(0, 4, 1)]).Pack([1, 2], new float[4]));
}
