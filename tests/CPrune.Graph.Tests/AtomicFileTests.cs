namespace CPrune.Graph.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_replaces_the_old_one_and_nothing_is_left_beside_it()
    {
        AtomicFile.Write(_folder.File("m"), (byte[])[1, 2, 3]);
        AtomicFile.Write(_folder.File("m"), (byte[])[4]);
        Assert.Equal([4], File.ReadAllBytes(_folder.File("m")));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file()
    {
        AtomicFile.Write(_folder.File("m"), (byte[])[1, 2, 3]);
        Directory.CreateDirectory(_folder.File($"m.{Environment.ProcessId}.tmp"));
        var error = Assert.Throws<UserErrorException>(() => AtomicFile.Write(_folder.File("m"), (byte[])[4]));
        Assert.Equal(UserErrorKind.Output, error.Kind);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(_folder.File("m")));
    }

    [Fact]
    public void What_was_written_beside_is_removed_when_it_cannot_be_put_in_place()
    {
        Directory.CreateDirectory(_folder.File("taken"));
        var error = Assert.Throws<UserErrorException>(() => AtomicFile.Write(_folder.File("taken"), (byte[])[4]));
        Assert.StartsWith($"cannot write '{_folder.File("taken")}': ", error.Message);
        Assert.EndsWith("; choose a folder you may write to", error.Message);
        Assert.Equal([_folder.File("taken")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var path = Path.Combine(_folder.File("missing"), "m");
        var error = Assert.Throws<UserErrorException>(() => AtomicFile.Write(path, (byte[])[4]));
        Assert.StartsWith($"cannot write '{path}': ", error.Message);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/../dev/cprune-test")]
    public void A_device_is_left_alone(string path) => Assert.Equal(
        $"cannot write '{path}': it is a device, not a file; choose a file",
        Assert.Throws<UserErrorException>(() => AtomicFile.Write(path, (byte[])[1])).Message);
}
