using CPrune.Training.Native;

namespace CPrune.Training.Tests.Native;

public class ElfSymbolsTests
{
    private static readonly byte[] Elf = ElfFile.BuildSymbols([("other", 1, 0x40, 16), ("wanted", 2, 0x50, 16), ("wanted", 1, 0x60, 8), ("wanted", 1, 0x1_0000_0070, 16)]);

    [Fact]
    public void A_variable_is_found_by_its_name_and_size() => Assert.Equal(0x1_0000_0070, ElfSymbols.FindVariable(Elf, "wanted", 16)); // The second is a function, the third has another size.

    [Theory]
    [InlineData("want", 16)]
    [InlineData("wanted", 32)]
    public void There_is_none_of_another_name_or_size(string name, long size) => Assert.Null(ElfSymbols.FindVariable(Elf, name, size));

    [Fact]
    public void A_file_without_symbols_has_none() => Assert.Null(ElfSymbols.FindVariable(ElfFile.Build("libx.so.6", ["V_1.0"]), "wanted", 16));

    [Fact]
    public void No_truncated_file_is_read_beyond_its_end()
    {
        for (var length = 0; length < Elf.Length - 20; length++) // The last header's last fields do not matter.
            Assert.Throws<InvalidDataException>(() => ElfSymbols.FindVariable(Elf.AsSpan(0, length), "wanted", 16));
    }
}
