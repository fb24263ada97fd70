using CPrune.Compiler.Expressions;

namespace CPrune.Devices.Inputs;

/// <summary>
/// Input data of a computation, the same in the caller (who computes the reference) and in the worker (who runs the kernel), so
/// that it need not be sent. Uniform in [-1, 1).
/// </summary>
internal static class SeededInputs
{
    public static float[][] For(Computation computation, int seed) =>
        [.. computation.Inputs.Select((buffer, index) => Fill(new float[Length(buffer)], seed, index))];

    public static int Length(BufferSpec buffer) => buffer.Extents.Aggregate(1, (n, extent) => checked(n * extent));

    public static float[] Fill(float[] data, int seed, int bufferIndex)
    {
        Fill(data.AsSpan(), seed, bufferIndex);
        return data;
    }

    public static void Fill(Span<float> data, int seed, int bufferIndex)
    {
        var state = Mix((ulong)(uint)seed << 32 | (uint)bufferIndex);
        for (var i = 0; i < data.Length; i++)
        {
            state = unchecked(state + 0x9E3779B97F4A7C15);
            data[i] = (Mix(state) >> 40) * (2f / (1 << 24)) - 1f;
        }
    }

    /// <summary>The output function of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
