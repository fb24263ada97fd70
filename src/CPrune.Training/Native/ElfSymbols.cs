using static CPrune.Training.Native.ElfSections;

namespace CPrune.Training.Native;

/// <summary>The symbols that a 64-bit little-endian ELF file names for its debuggers: section <c>.symtab</c>, which also has those that other files cannot bind to.</summary>
internal static class ElfSymbols
{
    private const uint SectionOfSymbols = 2;
    private const int SymbolSize = 24;
    private const int DataObject = 1;

    /// <returns>Where the variable lies, from where the file is loaded; null if the file names none of this name and size.</returns>
    /// <exception cref="InvalidDataException">Not a 64-bit little-endian ELF file, or a damaged one.</exception>
    public static long? FindVariable(ReadOnlySpan<byte> elf, string name, long size)
    {
        foreach (var symbols in FindAll(elf, SectionOfSymbols))
        {
            var names = HeaderOf(elf, symbols.Link).Offset;
            for (var entry = symbols.Offset; entry < symbols.Offset + symbols.Size; entry += SymbolSize)
                if ((U16(elf, entry + 4) & 0xF) == DataObject && I64(elf, entry + 16) == size && Text(elf, checked(names + U32(elf, entry))) == name) return I64(elf, entry + 8);
        }

        return null;
    }
}
