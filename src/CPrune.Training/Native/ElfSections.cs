using System.Buffers.Binary;
using System.Text;

namespace CPrune.Training.Native;

/// <summary>Reads the sections of a 64-bit little-endian ELF file (System V ABI, "Object Files"). Offsets that lie beyond the file are an <see cref="InvalidDataException"/>.</summary>
internal static class ElfSections
{
    private const int SectionHeaderSize = 64;

    /// <param name="Link">Of a section that names things, the section that holds the names.</param>
    public readonly record struct Section(uint Type, int Offset, int Size, int Link);

    /// <exception cref="InvalidDataException">Not a 64-bit little-endian ELF file, or a damaged one.</exception>
    public static List<Section> FindAll(ReadOnlySpan<byte> elf, uint type)
    {
        if (elf.Length < 64 || !elf[..4].SequenceEqual("\u007fELF"u8) || elf[4] != 2 || elf[5] != 1)
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        var found = new List<Section>();
        for (var i = 0; i < U16(elf, 0x3c); i++)
            if (HeaderOf(elf, i) is var section && section.Type == type) found.Add(section);
        return found;
    }

    public static Section HeaderOf(ReadOnlySpan<byte> elf, int index)
    {
        var header = checked(Offset64(elf, 0x28) + (index * SectionHeaderSize));
        return new(unchecked((uint)U32(elf, header + 4)), Offset64(elf, header + 0x18), Offset64(elf, header + 0x20), U32(elf, header + 0x28));
    }

    public static string Text(ReadOnlySpan<byte> elf, int offset)
    {
        var rest = Part(elf, offset, 1)[0] == 0 ? [] : elf[offset..];
        var end = rest.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? rest : rest[..end]);
    }

    public static ushort U16(ReadOnlySpan<byte> elf, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Part(elf, offset, 2));

    public static int U32(ReadOnlySpan<byte> elf, int offset) => BinaryPrimitives.ReadInt32LittleEndian(Part(elf, offset, 4));

    public static long I64(ReadOnlySpan<byte> elf, int offset) => BinaryPrimitives.ReadInt64LittleEndian(Part(elf, offset, 8));

    private static int Offset64(ReadOnlySpan<byte> elf, int offset) =>
        I64(elf, offset) is >= 0 and <= int.MaxValue and var value
            ? (int)value
            : throw new InvalidDataException("an offset of the ELF file lies beyond it");

    private static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> elf, int offset, int length) =>
        offset >= 0 && offset <= elf.Length - length
            ? elf.Slice(offset, length)
            : throw new InvalidDataException("an offset of the ELF file lies beyond it");
}
