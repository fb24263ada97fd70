using System.Collections.Immutable;

namespace CPrune.Training.Data;

/// <summary>
/// The binary versions of CIFAR-10 (<c>data_batch_1..5.bin</c>, <c>test_batch.bin</c>) and CIFAR-100 (<c>train.bin</c>, <c>test.bin</c>; the fine label
/// counts), plain or gzipped. A record is its label bytes, then 1,024 red, green and blue bytes, row by row.
/// Format: A. Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html.
/// </summary>
internal static class CifarFolder
{
    private const int Size = 32;
    private const int ImageBytes = 3 * Size * Size;

    private sealed record Layout(ImmutableArray<string> Train, string Test, int LabelBytes, int Classes, string NamesFile);

    private static readonly Layout Cifar10 = new([.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")], "test_batch.bin", 1, 10, "batches.meta.txt");

    private static readonly Layout Cifar100 = new(["train.bin"], "test.bin", 2, 100, "fine_label_names.txt");

    public static bool Recognises(string folder) => LayoutOf(folder) is not null;

    public static LabelledSource Read(DataOptions options, CancellationToken cancellation)
    {
        var folder = options.Spec;
        var layout = LayoutOf(folder)!;
        var paths = layout.Train.Append(layout.Test).Select(name => GzipFiles.Find(folder, name)
            ?? throw DataErrors.Of($"the CIFAR-{layout.Classes} data at '{folder}' is incomplete: {name} (or {name}.gz) is missing.")).ToArray();
        var names = ClassNames(folder, layout);
        var parts = new ImageSet[paths.Length];
        Parallels.For(paths.Length, i => parts[i] = Parse(paths[i], GzipFiles.Read(paths[i]), layout, names), cancellation);
        return new(
            ImageSets.Concat(parts[..^1]).ToChannels(options.Channels), parts[^1].ToChannels(options.Channels),
            Normalization.ImageNet, new Augmentation(PadPixels: 4, Mirror: true));
    }

    /// <summary>The test batch, or the training batches that are there if it is not.</summary>
    public static TestImages ReadHeldOut(DataOptions options, CancellationToken cancellation)
    {
        var folder = options.Spec;
        var layout = LayoutOf(folder)!;
        string[] paths = GzipFiles.Find(folder, layout.Test) is { } test
            ? [test]
            : [.. layout.Train.Select(name => GzipFiles.Find(folder, name)).OfType<string>()];
        var names = ClassNames(folder, layout);
        cancellation.ThrowIfCancellationRequested();
        var images = ImageSets.Concat([.. paths.Select(path => Parse(path, GzipFiles.Read(path), layout, names))]);
        return new TestImages(images.ToChannels(options.Channels), Normalization.ImageNet, []);
    }

    private static Layout? LayoutOf(string folder) =>
        new[] { Cifar10, Cifar100 }.FirstOrDefault(l => l.Train.Append(l.Test).Any(name => GzipFiles.Find(folder, name) is not null));

    private static ImageSet Parse(string path, byte[] bytes, Layout layout, ImmutableArray<string> names)
    {
        var record = layout.LabelBytes + ImageBytes;
        if (bytes.Length == 0 || bytes.Length % record != 0)
            throw DataErrors.Of($"'{path}' is truncated: {bytes.Length} bytes are not a whole number of {record}-byte images; fetch it again.");
        var count = bytes.Length / record;
        var pixels = new byte[count * ImageBytes];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            var image = bytes.AsSpan(i * record, record);
            labels[i] = image[layout.LabelBytes - 1];
            if (labels[i] >= layout.Classes)
                throw DataErrors.Of($"'{path}' is damaged: image {i} has label {labels[i]}, but CIFAR-{layout.Classes} ends at {layout.Classes - 1}.");
            image[layout.LabelBytes..].CopyTo(pixels.AsSpan(i * ImageBytes));
        }

        return new(3, Size, Size, pixels, [.. labels], names);
    }

    private static ImmutableArray<string> ClassNames(string folder, Layout layout)
    {
        var path = Path.Combine(folder, layout.NamesFile);
        string[] lines = File.Exists(path) ? [.. File.ReadLines(path).Select(l => l.Trim()).Where(l => l.Length > 0)] : [];
        return lines.Length == layout.Classes ? [.. lines] : ImageSets.NumberedClasses(layout.Classes);
    }
}
