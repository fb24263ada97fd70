using System.Text;
using CPrune.Compiler.Targets;

namespace CPrune.Compiler.Models;

/// <summary>
/// A relocatable ELF64 object with one read-only section and one hidden symbol at its begin. Weights of any size become part of a library this
/// way without passing through an assembler. Layout: System V ABI, "Object Files"; little-endian.
/// </summary>
internal static class DataObject
{
    private const int HeaderBytes = 64;
    private const int SectionHeaderBytes = 64;
    private const int SymbolBytes = 24;

    public static byte[] Of(ReadOnlySpan<byte> data, string symbol, Target target)
    {
        const string sectionNames = "\0.rodata\0.symtab\0.strtab\0.shstrtab\0.note.GNU-stack\0";
        var symbolNames = $"\0{symbol}\0";
        var dataAt = HeaderBytes;
        var symbolsAt = Aligned(dataAt + data.Length, 8);
        var symbolNamesAt = symbolsAt + 2 * SymbolBytes;
        var sectionNamesAt = symbolNamesAt + symbolNames.Length;
        var headersAt = Aligned(sectionNamesAt + sectionNames.Length, 8);

        var stream = new MemoryStream(headersAt + 6 * SectionHeaderBytes);
        using var writer = new BinaryWriter(stream, Encoding.ASCII);
        Header(writer, MachineOf(target), headersAt);
        writer.Write(data);
        Pad(writer, symbolsAt);
        Symbol(writer, 0, 0, 0, 0, 0);
        Symbol(writer, name: 1, info: 0x11 /* global object */, other: 2 /* hidden */, section: 1, data.Length);
        writer.Write(Encoding.ASCII.GetBytes(symbolNames));
        writer.Write(Encoding.ASCII.GetBytes(sectionNames));
        Pad(writer, headersAt);

        Section(writer, "", 0, 0, 0, 0, 0, 0, 0, 0);
        Section(writer, ".rodata", 1 /* PROGBITS */, 2 /* ALLOC */, dataAt, data.Length, 0, 0, MemoryPlan.Alignment, 0);
        Section(writer, ".symtab", 2, 0, symbolsAt, 2 * SymbolBytes, 3, 1, 8, SymbolBytes);
        Section(writer, ".strtab", 3, 0, symbolNamesAt, symbolNames.Length, 0, 0, 1, 0);
        Section(writer, ".shstrtab", 3, 0, sectionNamesAt, sectionNames.Length, 0, 0, 1, 0);
        Section(writer, ".note.GNU-stack", 1, 0, headersAt, 0, 0, 0, 1, 0);
        return stream.ToArray();

        void Section(BinaryWriter w, string name, int type, long flags, long offset, long size, int link, int info, long alignment, long entry)
        {
            w.Write(name.Length == 0 ? 0 : sectionNames.IndexOf($"\0{name}\0", StringComparison.Ordinal) + 1);
            w.Write(type);
            w.Write(flags);
            w.Write(0L);
            w.Write(offset);
            w.Write(size);
            w.Write(link);
            w.Write(info);
            w.Write(alignment);
            w.Write(entry);
        }
    }

    private static void Header(BinaryWriter writer, short machine, long headersAt)
    {
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2 /* 64 bits */, 1 /* little-endian */, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        writer.Write((short)1); // relocatable
        writer.Write(machine);
        writer.Write(1);
        writer.Write(0L);
        writer.Write(0L);
        writer.Write(headersAt);
        writer.Write(0);
        writer.Write((short)HeaderBytes);
        writer.Write((short)0);
        writer.Write((short)0);
        writer.Write((short)SectionHeaderBytes);
        writer.Write((short)6);
        writer.Write((short)4); // .shstrtab
    }

    private static void Symbol(BinaryWriter writer, int name, byte info, byte other, short section, long size)
    {
        writer.Write(name);
        writer.Write(info);
        writer.Write(other);
        writer.Write(section);
        writer.Write(0L);
        writer.Write(size);
    }

    private static short MachineOf(Target target) => target.Architecture switch
    {
        "x86_64" => 62,
        "aarch64" => 183,
        var other => throw new NotSupportedException($"objects for {other} are not known"),
    };

    private static int Aligned(int offset, int alignment) => (offset + alignment - 1) / alignment * alignment;

    private static void Pad(BinaryWriter writer, int offset)
    {
        while (writer.BaseStream.Position < offset) writer.Write((byte)0);
    }
}
