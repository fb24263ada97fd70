using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CPrune.Tuning.Search;

/// <summary>A seed for one task from the seed of the run: the same in every process, unlike a string's hash code.</summary>
internal static class StableSeed
{
    public static int Of(int seed, string key) =>
        BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{key}")));
}
