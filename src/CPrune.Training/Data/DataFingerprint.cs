using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace CPrune.Training.Data;

/// <summary>Tells whether a resumed run sees the same images, labels and split as before.</summary>
internal static class DataFingerprint
{
    public static string Of(params ReadOnlySpan<ImageSet> sets)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var set in sets)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{set.Count}x{set.Channels}x{set.Height}x{set.Width} {string.Join('|', set.ClassNames)}\n"));
            hash.AppendData(MemoryMarshal.AsBytes(set.Labels.AsSpan()));
            hash.AppendData(set.Pixels.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
