using CPrune.Training.Native;

namespace CPrune.Training.Tests.Native;

public class HiddenCachesTests
{
    private const int Extended = unchecked((int)0x80000000);

    [Theory]
    [InlineData(0x1F, 0x1C004121, 0x80000008, 0, false)] // Intel's.
    [InlineData(0x10, 0, 0x80000028, 0x4121, false)] // AMD's: leaf 4 is empty.
    [InlineData(0x0D, 0, 0x80000021, 0, true)] // AMD's in a virtual machine that leaves both empty.
    [InlineData(0x1F, 0, 0x80000008, 0x4121, true)] // A leaf that there is not answers what it likes.
    [InlineData(0x02, 0x4121, 0x80000008, 0, true)]
    public void Caches_are_hidden_where_no_leaf_describes_the_first(int lastLeaf, int leaf4, uint lastExtended, int leaf8000001D, bool hidden) =>
        Assert.Equal(hidden, HiddenCaches.Hides((leaf, _) => leaf switch
        {
            0 => lastLeaf,
            4 => leaf4,
            Extended => unchecked((int)lastExtended),
            _ => leaf8000001D,
        }));
}
