using CPrune.Graph;
using CPrune.Training.Native;

namespace CPrune.Training.Tests.Native;

public class PrivateCopyTests
{
    [Fact]
    public void The_same_content_is_written_once_and_other_content_elsewhere()
    {
        using var folder = new TempFolder();
        var first = PrivateCopy.Place(folder.Root, "lib.so", [1, 2, 3]);
        var written = File.GetLastWriteTimeUtc(first);
        Assert.Equal(first, PrivateCopy.Place(folder.Root, "lib.so", [1, 2, 3]));
        Assert.Equal(written, File.GetLastWriteTimeUtc(first));
        Assert.NotEqual(first, PrivateCopy.Place(folder.Root, "lib.so", [4]));
    }

    [Fact]
    public void A_damaged_copy_is_replaced()
    {
        using var folder = new TempFolder();
        var path = PrivateCopy.Place(folder.Root, "lib.so", [1, 2, 3]);
        File.WriteAllBytes(path, [1]);
        PrivateCopy.Place(folder.Root, "lib.so", [1, 2, 3]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        using var folder = new TempFolder();
        var file = folder.Write("file", []);
        var error = Assert.Throws<UserErrorException>(() => PrivateCopy.Place(file, "lib.so", [1]));
        Assert.StartsWith($"the cache folder {file} cannot be written (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("set XDG_CACHE_HOME to a folder that can.", error.Message, StringComparison.Ordinal);
    }
}
