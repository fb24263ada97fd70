using System.Globalization;

namespace CPrune.Compiler.Llvm;

/// <summary>Constant arrays that reads outside a buffer are sent to, one per value, as long as the longest such read.</summary>
internal sealed class FillBuffers
{
    private readonly Dictionary<int, (float Value, long Length)> _buffers = [];

    /// <summary>The array's name, with at least <paramref name="length"/> elements.</summary>
    public string Need(float value, long length)
    {
        var bits = BitConverter.SingleToInt32Bits(value);
        var known = _buffers.TryGetValue(bits, out var buffer) ? buffer.Length : 0;
        _buffers[bits] = (value, Math.Max(known, length));
        return Name(bits);
    }

    public IEnumerable<string> Definitions() => _buffers.OrderBy(b => b.Key).Select(b =>
    {
        var (value, length) = b.Value;
        var element = $"float {VectorType.Scalar(value)}";
        var content = b.Key == 0 ? "zeroinitializer" : $"[{string.Join(", ", Enumerable.Repeat(element, checked((int)length)))}]";
        return $"{Name(b.Key)} = private unnamed_addr constant [{length} x float] {content}, align 64";
    });

    private static string Name(int bits) => "@fill" + bits.ToString("x8", CultureInfo.InvariantCulture);
}
