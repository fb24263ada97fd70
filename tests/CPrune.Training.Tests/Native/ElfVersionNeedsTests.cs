using CPrune.Training.Native;

namespace CPrune.Training.Tests.Native;

public class ElfVersionNeedsTests
{
    private static readonly string[] Versions = ["V_1.0", "V_2.0"];

    [Fact]
    public void Needs_are_read_in_order_with_their_library_and_index()
    {
        var needs = ElfVersionNeeds.Read(ElfFile.Build("libx.so.6", Versions));
        Assert.Equal([("libx.so.6", "V_1.0", 2, false), ("libx.so.6", "V_2.0", 3, false)], needs.Select(n => (n.SharedObject, n.Version, n.Index, n.IsWeak)));
    }

    [Fact]
    public void Marking_weak_changes_one_bit_of_the_file()
    {
        var elf = ElfFile.Build("libx.so.6", Versions);
        var copy = ElfVersionNeeds.MarkWeak(elf, ElfVersionNeeds.Read(elf)[1]);
        Assert.Equal([false, true], ElfVersionNeeds.Read(copy).Select(n => n.IsWeak));
        Assert.Equal(2, Assert.Single(elf.Zip(copy), p => p.First != p.Second) is var (before, after) ? before ^ after : 0);
    }

    [Fact]
    public void A_version_is_used_only_if_a_relocation_binds_its_symbol()
    {
        var elf = ElfFile.Build("libx.so.6", Versions, boundSymbols: 1);
        Assert.Equal([true, false], ElfVersionNeeds.Read(elf).Select(n => ElfVersionNeeds.IsUsed(elf, n)));
    }

    [Fact]
    public void What_is_not_ELF_is_refused() => Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Read(new byte[100]));

    [Fact]
    public void No_truncated_file_is_read_beyond_its_end()
    {
        var elf = ElfFile.Build("libx.so.6", Versions, 1, 2);
        for (var length = 0; length < elf.Length - 20; length++) // The last header's last fields do not matter.
            Assert.Throws<InvalidDataException>(() => ElfVersionNeeds.Read(elf.AsSpan(0, length)));
    }

    [Fact]
    public void The_library_in_use_lists_the_new_version_but_never_calls_it()
    {
        if (TorchRuntime.FindLibrary() is not { } path) Assert.Skip("TorchSharp's native library for Linux is not here");
        else
        {
            var elf = File.ReadAllBytes(path);
            var need = Assert.Single(ElfVersionNeeds.Read(elf), n => n.Version == "GLIBCXX_3.4.32");
            Assert.Equal("libstdc++.so.6", need.SharedObject);
            Assert.False(ElfVersionNeeds.IsUsed(elf, need));
            Assert.True(ElfVersionNeeds.IsUsed(elf, ElfVersionNeeds.Read(elf).Single(n => n.Version == "GLIBCXX_3.4")));
        }
    }
}
