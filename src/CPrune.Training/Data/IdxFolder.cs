using System.Buffers.Binary;

namespace CPrune.Training.Data;

/// <summary>
/// MNIST-style IDX files: <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c> and the same with <c>t10k</c> (or <c>test</c>), plain or gzipped. Big-endian: two zero
/// bytes, the element type (8 is unsigned byte), the number of axes, one 32-bit extent an axis, then the bytes. Format: Y. LeCun, http://yann.lecun.com/exdb/mnist.
/// </summary>
internal static class IdxFolder
{
    private static readonly Normalization s_normalization = new([0.5f], [0.5f]);
    private static readonly string[] TrainNames = ["train"];
    private static readonly string[] TestNames = ["t10k", "test"];

    public static bool Recognises(string folder) => Has(folder, [.. TrainNames, .. TestNames]);

    public static LabelledSource Read(DataOptions options, CancellationToken cancellation)
    {
        var train = ReadPart(options.Spec, TrainNames);
        cancellation.ThrowIfCancellationRequested();
        var test = ReadPart(options.Spec, TestNames);
        if ((test.Height, test.Width) != (train.Height, train.Width))
            throw DataErrors.Of($"the IDX data at '{options.Spec}' mixes sizes: training images are {train.Width}x{train.Height}, test images {test.Width}x{test.Height}.");
        var names = ImageSets.NumberedClasses(train.Labels.Concat(test.Labels).Max() + 1);
        return new(
            (train with { ClassNames = names }).ToChannels(options.Channels), (test with { ClassNames = names }).ToChannels(options.Channels),
            s_normalization, new Augmentation(PadPixels: 2, Mirror: false));
    }

    /// <summary>The test images, or the training images if there are no others.</summary>
    public static TestImages ReadHeldOut(DataOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var hasTest = Has(options.Spec, TestNames);
        var images = ReadPart(options.Spec, hasTest ? TestNames : TrainNames);
        images = images with { ClassNames = ImageSets.NumberedClasses(images.Labels.Max() + 1) };
        return new TestImages(images.ToChannels(options.Channels), s_normalization, []);
    }

    private static bool Has(string folder, string[] parts) =>
        parts.Any(part => Find(folder, part, "images", 3) is not null || Find(folder, part, "labels", 1) is not null);

    private static ImageSet ReadPart(string folder, string[] parts)
    {
        var images = FindAny(folder, parts, "images", 3);
        var labels = FindAny(folder, parts, "labels", 1);
        var (imageShape, pixels) = Parse(images, 3);
        var (labelShape, classes) = Parse(labels, 1);
        if (imageShape[0] != labelShape[0])
            throw DataErrors.Of($"'{images}' has {imageShape[0]} images, but '{labels}' has {labelShape[0]} labels; fetch both again.");
        return new(1, imageShape[1], imageShape[2], pixels, [.. classes.Span.ToArray().Select(b => (int)b)], []);
    }

    private static string FindAny(string folder, string[] parts, string what, int axes) =>
        parts.Select(part => Find(folder, part, what, axes)).FirstOrDefault(path => path is not null)
        ?? throw DataErrors.Of($"the IDX data at '{folder}' is incomplete: {parts[0]}-{what}-idx{axes}-ubyte (or .gz) is missing.");

    private static string? Find(string folder, string part, string what, int axes) =>
        GzipFiles.Find(folder, $"{part}-{what}-idx{axes}-ubyte") ?? GzipFiles.Find(folder, $"{part}-{what}.idx{axes}-ubyte");

    private static (int[] Shape, ReadOnlyMemory<byte> Elements) Parse(string path, int axes)
    {
        var bytes = GzipFiles.Read(path);
        var header = 4 + (4 * axes);
        if (bytes.Length < header || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 8 || bytes[3] != axes)
            throw DataErrors.Of($"'{path}' is not an IDX file of unsigned bytes with {axes} axes; fetch it again.");
        var shape = Enumerable.Range(0, axes).Select(a => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 + (4 * a)))).ToArray();
        if (shape.Any(e => e < 1)) throw DataErrors.Of($"'{path}' is empty; labelled images are needed.");
        var count = shape.Aggregate(1L, (product, extent) => product * extent);
        if (count != bytes.Length - header)
            throw DataErrors.Of($"'{path}' is truncated: its header promises {count} bytes of data, {bytes.Length - header} are there; fetch it again.");
        return (shape, bytes.AsMemory(header));
    }
}
