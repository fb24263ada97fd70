using System.Buffers.Binary;
using static CPrune.Training.Native.ElfSections;

namespace CPrune.Training.Native;

/// <summary>A symbol version that an ELF file asks another library for.</summary>
/// <param name="SharedObject">The library asked, for example <c>libstdc++.so.6</c>.</param>
/// <param name="Version">For example <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">What a symbol of this version carries in <c>.gnu.version</c>.</param>
/// <param name="IsWeak">The loader may go on without it.</param>
/// <param name="FlagsOffset">Where the entry's 16 flag bits stand in the file.</param>
public sealed record ElfVersionNeed(string SharedObject, string Version, int Index, bool IsWeak, int FlagsOffset);

/// <summary>
/// The version requirements of a 64-bit little-endian ELF file: section <c>.gnu.version_r</c>, a chain of Elf64_Verneed (one a library)
/// each with a chain of Elf64_Vernaux (one a version). Layout from the Linux Standard Base, "Symbol Versioning".
/// </summary>
public static class ElfVersionNeeds
{
    private const uint SectionOfNeeds = 0x6ffffffe;
    private const uint SectionOfSymbolVersions = 0x6fffffff;
    private const uint SectionOfRelocations = 4;
    private const int RelocationSize = 24;
    private const ushort Weak = 2;

    /// <exception cref="InvalidDataException">Not a 64-bit little-endian ELF file, or a damaged one.</exception>
    public static IReadOnlyList<ElfVersionNeed> Read(ReadOnlySpan<byte> elf)
    {
        var needs = new List<ElfVersionNeed>();
        if (FindAll(elf, SectionOfNeeds) is not [var section, ..]) return needs;
        var names = HeaderOf(elf, section.Link);
        var library = section.Offset;
        for (var more = true; more;)
        {
            var libraryName = Text(elf, names.Offset + U32(elf, library + 4));
            var entry = library + U32(elf, library + 8);
            for (var left = (int)U16(elf, library + 2); left > 0; left--)
            {
                needs.Add(new(libraryName, Text(elf, names.Offset + U32(elf, entry + 8)), U16(elf, entry + 6), (U16(elf, entry + 4) & Weak) != 0, entry + 4));
                entry += U32(elf, entry + 12);
            }

            var next = U32(elf, library + 12);
            more = next != 0;
            library += next;
        }

        return needs;
    }

    /// <summary>
    /// Whether any relocation binds a symbol of the version: then it cannot be done without. A symbol that is only listed (GCC 13's headers list
    /// one in every file that includes <c>iostream</c>) is never called.
    /// </summary>
    /// <exception cref="InvalidDataException">As <see cref="Read"/>.</exception>
    public static bool IsUsed(ReadOnlySpan<byte> elf, ElfVersionNeed need)
    {
        if (FindAll(elf, SectionOfSymbolVersions) is not [var versions, ..]) return false;
        foreach (var relocations in FindAll(elf, SectionOfRelocations))
        {
            for (var entry = relocations.Offset; entry < relocations.Offset + relocations.Size; entry += RelocationSize)
            {
                var symbol = U32(elf, entry + 12); // The upper half of r_info.
                if ((U16(elf, checked(versions.Offset + (2 * symbol))) & 0x7fff) == need.Index) return true;
            }
        }

        return false;
    }

    /// <summary>A copy of the file in which the entry is marked weak: flag 2, VER_FLG_WEAK.</summary>
    public static byte[] MarkWeak(ReadOnlySpan<byte> elf, ElfVersionNeed need)
    {
        var copy = elf.ToArray();
        var flags = (ushort)(U16(elf, need.FlagsOffset) | Weak);
        BinaryPrimitives.WriteUInt16LittleEndian(copy.AsSpan(need.FlagsOffset), flags);
        return copy;
    }
}
