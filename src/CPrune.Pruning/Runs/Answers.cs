using System.Collections;

namespace CPrune.Pruning.Runs;

/// <summary>Which images a model gets right, a bit each: what the journal keeps to compare the next model on the same images.</summary>
internal static class Answers
{
    public static byte[] Pack(IReadOnlyList<bool> correct)
    {
        var packed = new byte[(correct.Count + 7) / 8];
        new BitArray(correct.ToArray()).CopyTo(packed, 0);
        return packed;
    }

    public static IReadOnlyList<bool> Unpack(byte[] packed, int count) => [.. new BitArray(packed).Cast<bool>().Take(count)];
}
