using CPrune.Graph;
using CPrune.Training.Native;

namespace CPrune.Training.Tests.Native;

public class OneDnnCachesTests
{
    private const int Features = 0;
    private const int Sizes = 0x1c;
    private const int Levels = 0x6c;

    [Fact]
    public void Caches_of_a_byte_are_given_usual_sizes()
    {
        var fields = Fields(1, 1, 1);
        Assert.True(Mend(fields));
        Assert.Equal([32 << 10, 512 << 10, 2 << 20], SizesOf(fields));
    }

    [Fact]
    public void A_cache_with_a_size_keeps_it()
    {
        var fields = Fields(48 << 10, 0, 1 << 24);
        Assert.True(Mend(fields));
        Assert.Equal([48 << 10, 512 << 10, 1 << 24], SizesOf(fields));
    }

    [Fact]
    public void Where_no_caches_are_known_oneDNN_has_a_guess_of_its_own()
    {
        var fields = Fields();
        Assert.True(Mend(fields));
        Assert.Equal(0, fields[Levels]);
        Assert.Equal(5, fields.Count); // Features and the number of levels, as they were.
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(11)]
    public void What_cannot_be_a_number_of_levels_is_left_alone(int levels)
    {
        var fields = Fields(1, 1, 1);
        fields[Levels] = levels;
        Assert.False(Mend(fields));
        Assert.Equal([1, 1, 1], SizesOf(fields));
    }

    [Fact]
    public void What_cannot_be_a_size_is_left_alone()
    {
        var fields = Fields(-5, 1, 1);
        Assert.False(Mend(fields));
        Assert.Equal([-5, 1, 1], SizesOf(fields));
    }

    [Fact]
    public void A_library_begins_where_its_first_mapping_does() => Assert.Equal(0x7f10_0000_1000, OneDnnCaches.LoadedAt(
    [
        "7f0000000000-7f0000100000 r--p 00000000 08:01 7 /usr/lib/libc10.so",
        "7f1000001000-7f1000200000 r-xp 00000000 08:01 9 /some where/libtorch_cpu.so",
        "7f1000300000-7f1000400000 rw-p 00200000 08:01 9 /some where/libtorch_cpu.so",
    ]));

    [Fact]
    public void A_library_whose_file_was_replaced_is_still_loaded() =>
        Assert.Equal(0x7f00, OneDnnCaches.LoadedAt(["7f00-7f10 r--p 0 08:01 7 /usr/lib/libtorch_cpu.so (deleted)"]));

    [Fact]
    public void A_library_that_is_not_loaded_begins_nowhere() => Assert.Null(OneDnnCaches.LoadedAt(["7f00-7f10 r--p 0 08:01 7 /usr/lib/libc10.so"]));

    [Fact]
    public void What_oneDNN_has_not_filled_yet_is_left_alone()
    {
        var fields = Fields(1, 1, 1);
        fields[Features] = 0;
        Assert.False(Mend(fields));
        Assert.Equal([1, 1, 1], SizesOf(fields));
    }

    [Fact]
    public void No_variable_is_found_in_a_library_that_is_not_there() => Assert.Null(OneDnnCaches.Find("/nowhere/libtorch_cpu.so"));

    [Fact]
    public void A_damaged_library_is_named_in_one_sentence()
    {
        var folder = Directory.CreateTempSubdirectory("cprune-test-").FullName;
        try
        {
            var path = Path.Combine(folder, OneDnnCaches.FileName);
            File.WriteAllText(path, "half of a download");
            var error = Assert.Throws<UserErrorException>(() => OneDnnCaches.Find(path));
            Assert.Equal((UserErrorKind.Target, $"{path} is damaged (not a 64-bit little-endian ELF file); build CPrune again."), (error.Kind, error.Message));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void The_library_in_use_names_the_variable_with_the_size_known()
    {
        if (TorchRuntime.FindLibrary() is not { } path) Assert.Skip("TorchSharp's native library for Linux is not here");
        else Assert.NotNull(OneDnnCaches.Find(Path.Combine(Path.GetDirectoryName(path)!, OneDnnCaches.FileName)));
    }

    private static bool Mend(Dictionary<int, int> fields) => OneDnnCaches.Mend(at => fields[at], (at, value) => fields[at] = value);

    private static Dictionary<int, int> Fields(params int[] sizes)
    {
        var fields = sizes.Select((size, level) => (At: Sizes + (4 * level), size)).ToDictionary(f => f.At, f => f.size);
        fields[Levels] = sizes.Length;
        for (var i = 0; i < 4; i++) fields[Features + (4 * i)] = i == 0 ? 0x1003 : 0;
        return fields;
    }

    private static IEnumerable<int> SizesOf(Dictionary<int, int> fields) => [.. Enumerable.Range(0, 3).Select(level => fields[Sizes + (4 * level)])];
}
