using System.Buffers.Binary;
using System.IO.Compression;
using CPrune.Training.Data;
using SkiaSharp;

namespace CPrune.Training.Tests.Data;

/// <summary>Tiny data files of every kind.</summary>
internal static class DataFiles
{
    public static DataSplits Open(string spec, int? size = null, int? channels = null, string? selection = null, int seed = 1) =>
        DataCatalog.Open(new DataOptions(spec, size, size, channels, null, null, selection, seed), TestContext.Current.CancellationToken);

    /// <summary>Without a selection, for which the test parts of most files here are too small.</summary>
    public static DataParts OpenParts(string spec, int? size = null, int? channels = null) =>
        DataCatalog.OpenParts(new DataOptions(spec, size, size, channels, null, null, null, 1), TestContext.Current.CancellationToken);

    /// <summary>A CIFAR batch whose image <c>i</c> has label <c>i mod classes</c> and pixels of the value <c>i</c>.</summary>
    public static byte[] CifarBatch(int count, int labelBytes = 1, int classes = 10)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            if (labelBytes == 2) bytes.Add(99); // The coarse label, which must not be read as the class.
            bytes.Add((byte)(i % classes));
            bytes.AddRange(Enumerable.Repeat((byte)i, 3072));
        }

        return [.. bytes];
    }

    public static void WriteCifar10(TempFolder folder, int perBatch = 20)
    {
        for (var i = 1; i <= 5; i++) folder.Write($"data_batch_{i}.bin{(i == 1 ? ".gz" : "")}", i == 1 ? Gzip(CifarBatch(perBatch)) : CifarBatch(perBatch));
        folder.Write("test_batch.bin", CifarBatch(perBatch));
    }

    public static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest)) gzip.Write(content);
        return memory.ToArray();
    }

    public static byte[] Idx(int[] shape, IEnumerable<int> elements)
    {
        var header = new byte[4 + (4 * shape.Length)];
        (header[2], header[3]) = (8, (byte)shape.Length);
        for (var i = 0; i < shape.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), shape[i]);
        return [.. header, .. elements.Select(e => (byte)e)];
    }

    /// <summary>Images of <paramref name="size"/> × <paramref name="size"/> with labels 0, 1, 2, 0, …</summary>
    public static void WriteIdx(TempFolder folder, int size = 8, int train = 30, int test = 6)
    {
        folder.Write("train-images-idx3-ubyte.gz", Gzip(Idx([train, size, size], Enumerable.Range(0, train * size * size))));
        folder.Write("train-labels-idx1-ubyte", Idx([train], Enumerable.Range(0, train).Select(i => i % 3)));
        folder.Write("t10k-images.idx3-ubyte", Idx([test, size, size], Enumerable.Range(0, test * size * size)));
        folder.Write("t10k-labels-idx1-ubyte", Idx([test], Enumerable.Range(0, test).Select(i => i % 3)));
    }

    public static byte[] Picture(int width, int height, SKColor colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(colour);
        return bitmap.Encode(format, 95).ToArray();
    }

    /// <summary>Six by six pixels of seeded noise: no two images are the same.</summary>
    public static byte[] Noise(Random random)
    {
        using var bitmap = new SKBitmap(6, 6);
        for (var i = 0; i < 36; i++) bitmap.SetPixel(i % 6, i / 6, new SKColor((uint)random.Next() | 0xff000000));
        return bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
    }

    /// <summary>As many images of noise in each of the class folders <c>dark</c> and <c>light</c>.</summary>
    public static void WriteNoise(TempFolder folder, string prefix, int count, int seed)
    {
        var random = new Random(seed);
        foreach (var name in (string[])["dark", "light"])
            for (var i = 0; i < count; i++) folder.Write($"{prefix}{name}/{i}.png", Noise(random));
    }

    public static byte[] Zip(TempFolder folder)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create))
        {
            foreach (var file in Directory.EnumerateFiles(folder.Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                using var entry = zip.CreateEntry(Path.GetRelativePath(folder.Root, file)).Open();
                entry.Write(File.ReadAllBytes(file));
            }
        }

        return memory.ToArray();
    }
}
