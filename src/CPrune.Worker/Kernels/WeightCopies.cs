using CPrune.Devices.Inputs;

namespace CPrune.Worker.Kernels;

/// <summary>
/// Copies of a kernel's large weights, so that a run does not find them in a cache that other layers' weights would have swept. The copies hold any numbers:
/// only the first run, which is checked, needs the right ones.
/// </summary>
internal sealed unsafe class WeightCopies
{
    /// <summary>Smaller ones stay in an inner cache.</summary>
    private const int Smallest = 128 << 10;

    private const int MostCopies = 64;
    private const int LineFloats = 16;

    private readonly NativeBuffer _arena;
    private readonly long[] _offsets;
    private readonly long _stride;

    private WeightCopies(NativeBuffer arena, long[] offsets, long stride, int count) =>
        (_arena, _offsets, _stride, Count) = (arena, offsets, stride, count);

    /// <summary>Copies, the weights themselves among them.</summary>
    public int Count { get; }

    /// <summary>Null where the weights are small, or fill the span by themselves.</summary>
    /// <param name="weights">Floats of each argument that is a weight; 0 for any other.</param>
    /// <param name="span">Bytes that all copies together have at least.</param>
    /// <param name="arena">Memory of as many floats, of any content.</param>
    public static WeightCopies? Of(IReadOnlyList<int> weights, long span, Func<int, NativeBuffer> arena)
    {
        var offsets = new long[weights.Count];
        var stride = 0L;
        for (var i = 0; i < offsets.Length; i++)
        {
            var isLarge = (long)weights[i] * sizeof(float) >= Smallest;
            offsets[i] = isLarge ? stride : -1;
            if (isLarge) stride += (weights[i] + 2 * LineFloats - 1) / LineFloats * LineFloats;
        }

        if (stride == 0) return null;
        var count = (int)Math.Min(MostCopies, (span + stride * sizeof(float) - 1) / (stride * sizeof(float)));
        return count < 2 ? null : new WeightCopies(arena(checked((int)((count - 1) * stride))), offsets, stride, count);
    }

    /// <summary>Argument <paramref name="index"/> of a copy.</summary>
    /// <param name="own">The argument itself: copy 0, and what is no large weight.</param>
    public float* Pointer(int copy, int index, float* own) =>
        copy == 0 || _offsets[index] < 0 ? own : _arena.Pointer + (copy - 1) * _stride + _offsets[index];
}

/// <summary>Memory for copies, kept from candidate to candidate.</summary>
internal sealed class CopyArena : IDisposable
{
    private const int Seed = 3;

    private NativeBuffer? _memory;

    public NativeBuffer OfLength(int floats)
    {
        if (_memory is { } memory && memory.Length >= floats) return memory;
        _memory?.Dispose();
        _memory = new NativeBuffer(floats, NativeBuffer.InputGuard);
        SeededInputs.Fill(_memory.Floats, Seed, bufferIndex: 0);
        return _memory;
    }

    public void Dispose() => _memory?.Dispose();
}
