using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>All packed constants of a model, one behind the other; equal ones are kept once.</summary>
internal sealed class WeightBlob
{
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    public long Length => _bytes.Count;

    public ReadOnlySpan<byte> Bytes => CollectionsMarshal.AsSpan(_bytes);

    /// <summary>Packs a constant and returns its offset in bytes, a multiple of <see cref="MemoryPlan.Alignment"/>.</summary>
    public long Add(Tensor constant, PackedLayout layout)
    {
        var packed = new float[layout.Length];
        layout.Pack(constant.Floats, packed);
        var bytes = MemoryMarshal.AsBytes<float>(packed);
        var content = Convert.ToHexString(SHA256.HashData(bytes));
        if (_offsets.TryGetValue(content, out var known)) return known;
        var offset = _bytes.Count;
        _bytes.AddRange(bytes);
        CollectionsMarshal.SetCount(_bytes, checked((int)(offset + MemoryPlan.Occupied(bytes.Length))));
        CollectionsMarshal.AsSpan(_bytes)[(offset + bytes.Length)..].Clear();
        _offsets.Add(content, offset);
        return offset;
    }
}
