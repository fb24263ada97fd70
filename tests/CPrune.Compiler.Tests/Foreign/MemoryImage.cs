using System.Runtime.InteropServices;

namespace CPrune.Compiler.Tests.Foreign;

/// <summary>
/// The memory of a foreign program while it is being laid out: buffers of floats that begin on a cache line and have 64 bytes of NaN behind
/// them, on which nothing may depend and which nobody may write. The first cache line is the program's own.
/// </summary>
internal sealed class MemoryImage
{
    private const int Line = 64;

    private readonly List<byte> _bytes = [.. new byte[Line]];

    /// <summary>Adds a buffer and gives its offset.</summary>
    public int Add(ReadOnlySpan<float> content)
    {
        var offset = _bytes.Count;
        var buffer = new float[(content.Length + Line / sizeof(float) * 2 - 1) / (Line / sizeof(float)) * (Line / sizeof(float))];
        Array.Fill(buffer, float.NaN);
        content.CopyTo(buffer);
        _bytes.AddRange(MemoryMarshal.AsBytes<float>(buffer));
        return offset;
    }

    /// <summary>Adds a buffer of NaNs.</summary>
    public int Add(int length)
    {
        var nothing = new float[length];
        Array.Fill(nothing, float.NaN);
        return Add(nothing);
    }

    public byte[] ToBytes() => [.. _bytes];

    /// <summary>A buffer in an image that a program has worked in.</summary>
    public static float[] Read(byte[] image, int offset, int length) => MemoryMarshal.Cast<byte, float>(image.AsSpan(offset))[..length].ToArray();

    /// <summary>Whether the floats behind a buffer are still what nobody may write.</summary>
    public static bool IsSlackIntact(byte[] image, int offset, int length) =>
        Read(image, offset + length * sizeof(float), Line / sizeof(float)).All(float.IsNaN);
}
