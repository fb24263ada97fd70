using System.Text;

namespace CPrune.Training.Tests.Native;

/// <summary>
/// A minimal 64-bit ELF file with one library, the versions asked of it, one symbol a version, and relocations for some of the symbols. Section 1 holds names,
/// 2 the needs, 3 the symbol versions, 4 the relocations.
/// </summary>
internal static class ElfFile
{
    public const int FirstIndex = 2;

    public static byte[] Build(string library, string[] versions, params int[] boundSymbols)
    {
        var names = new StringBuilder("\0");
        var needs = new List<byte>();
        Add16(needs, 1, versions.Length);
        Add32(needs, NameAt(library), 16, 0);
        for (var i = 0; i < versions.Length; i++)
        {
            Add32(needs, 0);
            Add16(needs, 0, FirstIndex + i);
            Add32(needs, NameAt(versions[i]), i == versions.Length - 1 ? 0 : 16);
        }

        var symbols = new List<byte>();
        Add16(symbols, [0, .. Enumerable.Range(FirstIndex, versions.Length)]);
        var relocations = new List<byte>();
        foreach (var symbol in boundSymbols) Add32(relocations, 0, 0, 7, symbol, 0, 0);

        return File([[], Encoding.ASCII.GetBytes(names.ToString()), [.. needs], [.. symbols], [.. relocations]], [0, 3, 0x6ffffffe, 0x6fffffff, 4]);

        int NameAt(string name)
        {
            var at = names.Length;
            names.Append(name).Append('\0');
            return at;
        }
    }

    /// <param name="symbols">Name, type (1: a variable, 2: a function), value and size. Section 1 holds the names, 2 the symbols.</param>
    public static byte[] BuildSymbols(params (string Name, byte Type, long Value, long Size)[] symbols)
    {
        var names = new StringBuilder("\0");
        var entries = new List<byte>();
        foreach (var (name, type, value, size) in symbols)
        {
            Add32(entries, names.Length);
            entries.AddRange([type, 0, 0, 0]);
            entries.AddRange(BitConverter.GetBytes(value));
            entries.AddRange(BitConverter.GetBytes(size));
            names.Append(name).Append('\0');
        }

        return File([[], Encoding.ASCII.GetBytes(names.ToString()), [.. entries]], [0, 3, 2]);
    }

    private static byte[] File(byte[][] sections, uint[] types)
    {
        var body = new List<byte>();
        var headers = new List<byte>();
        for (var i = 0; i < sections.Length; i++)
        {
            Add32(headers, 0, unchecked((int)types[i]), 0, 0, 0, 0, 64 + body.Count, 0, sections[i].Length, 0, 1, 0, 0, 0, 0, 0);
            body.AddRange(sections[i]);
        }

        var header = new byte[64];
        "\u007fELF"u8.CopyTo(header);
        (header[4], header[5], header[0x3c]) = (2, 1, (byte)sections.Length);
        BitConverter.TryWriteBytes(header.AsSpan(0x28), (long)(64 + body.Count));
        return [.. header, .. body, .. headers];
    }

    private static void Add16(List<byte> bytes, params ReadOnlySpan<int> values)
    {
        foreach (var value in values) bytes.AddRange(BitConverter.GetBytes((short)value));
    }

    private static void Add32(List<byte> bytes, params ReadOnlySpan<int> values)
    {
        foreach (var value in values) bytes.AddRange(BitConverter.GetBytes(value));
    }
}
