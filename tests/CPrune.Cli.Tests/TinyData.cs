namespace CPrune.Cli.Tests;

/// <summary>A CIFAR-10 folder of a few seeded images, small enough to open in milliseconds.</summary>
internal static class TinyData
{
    private const int RecordBytes = 1 + (3 * 32 * 32);

    /// <param name="classes">Labels run through 0 … classes − 1; the format knows ten.</param>
    public static string Cifar(string folder, int perBatch = 20, int classes = 10, int seed = 1)
    {
        var path = Path.Combine(folder, "cifar");
        Directory.CreateDirectory(path);
        var random = new Random(seed);
        foreach (var name in Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin").Append("test_batch.bin"))
        {
            var bytes = new byte[perBatch * RecordBytes];
            random.NextBytes(bytes);
            for (var i = 0; i < perBatch; i++) bytes[i * RecordBytes] = (byte)(i % classes);
            File.WriteAllBytes(Path.Combine(path, name), bytes);
        }

        return path;
    }

    /// <summary>A PNG file of one colour.</summary>
    public static byte[] Picture(byte grey)
    {
        using var bitmap = new SkiaSharp.SKBitmap(16, 16);
        bitmap.Erase(new SkiaSharp.SKColor(grey, grey, grey));
        return bitmap.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100).ToArray();
    }
}
