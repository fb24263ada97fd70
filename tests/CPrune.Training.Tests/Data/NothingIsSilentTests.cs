using CPrune.Graph;
using CPrune.Training.Data;
using SkiaSharp;

namespace CPrune.Training.Tests.Data;

/// <summary>What is left out of data, or may be meant otherwise, is told; what would shift labels is refused.</summary>
public sealed class NothingIsSilentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("train/")]
    [InlineData("test/")]
    public void AClassFolderWithoutImagesIsNamed(string part)
    {
        Write(part == "" ? (string[])["a", "c"] : ["train/a", "train/c", "test/a", "test/c"]);
        _folder.Write($"{part}b/readme.txt", [1]);
        Refuses($"the class folder '{part}b' at '{_folder.Root}' has no images; put images into it, or remove it.");
    }

    [Fact]
    public void FilesOfOtherKindsAreCounted()
    {
        Write("a", "b");
        foreach (var name in (string[])["notes.txt", "a/x.TXT", "b/list.csv", "b/LICENSE"]) _folder.Write(name, [1]);
        Assert.Equal(["4 files are no images: 2 .txt, 1 .csv, 1 without extension"], DataFiles.OpenParts(_folder.Root, size: 8).Notes);
    }

    [Fact]
    public void APartThatIsNotUsedIsCounted()
    {
        Write("train/a", "test/a", "val/a");
        Assert.Equal(["5 images in 'val' are not used, because 'test' is the test part"], DataFiles.OpenParts(_folder.Root, size: 8).Notes);
    }

    [Fact]
    public void FoldersWithNumbersThatAreNotTheirLabelsAreTold()
    {
        Write([.. Enumerable.Range(0, 11).Select(i => $"{i}")]);
        var data = DataFiles.OpenParts(_folder.Root, size: 8);
        Assert.Equal(["0", "1", "10", "2"], data.Train.ClassNames.Take(4));
        Assert.Equal(
            [
                "the folder '10' is class 2, not 10: folders are numbered in the order of their names; " +
                "rename them (01, 02, …, 10) or use labels.csv if the model means it otherwise",
            ],
            data.Notes);
        Assert.Empty(Numbered(10).Notes);
    }

    /// <summary>Otherwise <c>test</c> would be a class.</summary>
    [Fact]
    public void ATestPartAloneCannotBePrunedOn()
    {
        Write("test/a", "test/b");
        Refuses($"the data at '{_folder.Root}' is incomplete: beside 'test' a 'train' folder is missing.");
    }

    [Theory]
    [InlineData("test")]
    [InlineData("val")]
    public void ATestPartAloneCanBeEvaluated(string part)
    {
        Write($"{part}/a", $"{part}/b");
        var test = OpenTest();
        Assert.Equal((10, 2), (test.Images.Count, test.Images.ClassNames.Length));
        Assert.Equal(Normalization.ImageNet, test.Normalization);
    }

    [Fact]
    public void OfImagesWithoutASplitAllAreEvaluated()
    {
        Write("a", "b");
        Assert.Equal((10, 2), (OpenTest().Images.Count, DataFiles.OpenParts(_folder.Root, size: 8).Test.Count));
    }

    [Fact]
    public void OfASplitOnlyTheTestPartIsEvaluated()
    {
        Write("train/a", "train/b", "test/a", "test/b");
        _folder.Write("test/b/more.png", DataFiles.Picture(8, 8, SKColors.Gray));
        Assert.Equal(11, OpenTest().Images.Count);
    }

    /// <summary>As PIL's conversion to RGB, which drops transparency.</summary>
    [Fact]
    public void TransparentPixelsShowTheirColour()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(16, 16, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var i = 0; i < 256; i++) bitmap.SetPixel(i % 16, i / 16, new SKColor(200, 100, 50, (byte)(i % 3 * 100)));
        var png = bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray();
        foreach (var size in (int[])[16, 8])
        {
            for (var i = 0; i < 5; i++) _folder.Write($"a/{i}.png", png);
            var image = OpenTest(size).Images.Image(0).ToArray();
            Assert.All(image.Chunk(size * size).Zip((int[])[200, 100, 50]), plane => Assert.All(plane.First, value => Assert.InRange(value, plane.Second - 1, plane.Second + 1)));
        }
    }

    /// <summary>What is transparent weighs as much as what is not when an image is scaled.</summary>
    [Fact]
    public void TransparencyIsDroppedBeforeScaling()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(16, 16, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (var i = 0; i < 256; i++) bitmap.SetPixel(i % 16, i / 16, i % 2 == 0 ? new SKColor(200, 0, 0, 255) : new SKColor(0, 0, 200, 0));
        for (var i = 0; i < 5; i++) _folder.Write($"a/{i}.png", bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        var image = OpenTest(8).Images.Image(0).ToArray();
        Assert.All(image[..64].Concat(image[128..]), value => Assert.InRange(value, 80, 120));
    }

    public static TheoryData<string, byte[]> Formats => new()
    {
        { "webp", DataFiles.Picture(8, 8, new SKColor(10, 200, 30), SKEncodedImageFormat.Webp) },
        { "bmp", Bmp(8, 8, 10, 200, 30) },
        { "tif", Tiff(8, 8, 10, 200, 30) },
        { "TIFF", Tiff(8, 8, 10, 200, 30) },
        { "gif", Gif() },
    };

    [Theory, MemberData(nameof(Formats))]
    public void ImagesOfAllUsualKindsAreRead(string extension, byte[] file)
    {
        for (var i = 0; i < 5; i++) _folder.Write($"a/{i}.{extension}", file);
        var image = OpenTest().Images.Image(0).ToArray();
        Assert.Equal(3 * 64, image.Length);
        Assert.All(image.Chunk(64).Zip((int[])[10, 200, 30]), plane => Assert.All(plane.First, value => Assert.InRange(value, plane.Second - 4, plane.Second + 4)));
    }

    [Fact]
    public void ADamagedTiffIsNamed()
    {
        Write("a");
        _folder.Write("a/9.tif", Tiff(8, 8, 1, 2, 3)[..60]);
        var error = Assert.Throws<UserErrorException>(() => OpenTest());
        Assert.StartsWith($"the image 'a/9.tif' at '{_folder.Root}' cannot be read (", error.Message, StringComparison.Ordinal);
    }

    private void Write(params ReadOnlySpan<string> classes)
    {
        foreach (var name in classes)
            for (var i = 0; i < 5; i++) _folder.Write($"{name}/{i}.png", DataFiles.Picture(8, 8, SKColors.Gray));
    }

    private static DataParts Numbered(int classes)
    {
        using var folder = new TempFolder();
        for (var c = 0; c < classes; c++)
            for (var i = 0; i < 5; i++) folder.Write($"{c}/{i}.png", DataFiles.Picture(8, 8, SKColors.Gray));
        return DataFiles.OpenParts(folder.Root, size: 8);
    }

    private TestImages OpenTest(int size = 8) =>
        DataCatalog.OpenTest(new DataOptions(_folder.Root, size, size, 3, null, null, null, 1), TestContext.Current.CancellationToken);

    private void Refuses(string message) => UserErrors.AssertSays(UserErrorKind.Data, message, () => DataFiles.OpenParts(_folder.Root, size: 8));

    /// <summary>24 bits a pixel, uncompressed; rows of 8 pixels need no padding.</summary>
    private static byte[] Bmp(int width, int height, byte red, byte green, byte blue)
    {
        var pixels = width * height;
        return
        [
            .. "BM"u8, .. Int(54 + (3 * pixels)), 0, 0, 0, 0, 54, 0, 0, 0,
            40, 0, 0, 0, .. Int(width), .. Int(height), 1, 0, 24, 0, 0, 0, 0, 0, .. Int(3 * pixels), .. Int(2835), .. Int(2835), 0, 0, 0, 0, 0, 0, 0, 0,
            .. Enumerable.Range(0, pixels).SelectMany(_ => (byte[])[blue, green, red]),
        ];
    }

    /// <summary>One uncompressed strip of RGB bytes.</summary>
    private static byte[] Tiff(int width, int height, byte red, byte green, byte blue)
    {
        var pixels = width * height;
        byte[] Entry(short tag, short type, int count, int value) => [.. BitConverter.GetBytes(tag), .. BitConverter.GetBytes(type), .. Int(count), .. Int(value)];
        const int Entries = 9, BitsAt = 8 + 2 + (12 * Entries) + 4, PixelsAt = BitsAt + 6;
        return
        [
            .. "II"u8, 42, 0, 8, 0, 0, 0, Entries, 0,
            .. Entry(256, 3, 1, width), .. Entry(257, 3, 1, height), .. Entry(258, 3, 3, BitsAt), .. Entry(259, 3, 1, 1), .. Entry(262, 3, 1, 2),
            .. Entry(273, 4, 1, PixelsAt), .. Entry(277, 3, 1, 3), .. Entry(278, 3, 1, height), .. Entry(279, 4, 1, 3 * pixels),
            0, 0, 0, 0, 8, 0, 8, 0, 8, 0,
            .. Enumerable.Range(0, pixels).SelectMany(_ => (byte[])[red, green, blue]),
        ];
    }

    /// <summary>Eight by eight pixels of the second of two colours; each code is written out after a clear, so that codes stay three bits wide.</summary>
    private static byte[] Gif()
    {
        const int Clear = 4, End = 5, Colour = 1;
        var bits = Enumerable.Range(0, 64).SelectMany(_ => (int[])[Clear, Colour]).Append(End)
            .SelectMany(code => Enumerable.Range(0, 3).Select(bit => (code >> bit) & 1)).Chunk(8).Select(b => (byte)b.Select((on, i) => on << i).Sum()).ToArray();
        return
        [
            .. "GIF89a"u8, 8, 0, 8, 0, 0x80, 0, 0, 0, 0, 0, 10, 200, 30,
            (byte)',', 0, 0, 0, 0, 8, 0, 8, 0, 0, 2, (byte)bits.Length, .. bits, 0, (byte)';',
        ];
    }

    private static byte[] Int(int value) => BitConverter.GetBytes(value);
}
