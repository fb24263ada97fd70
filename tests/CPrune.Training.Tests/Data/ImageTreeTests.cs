using CPrune.Graph;
using CPrune.Training.Data;
using SkiaSharp;

namespace CPrune.Training.Tests.Data;

public class ImageTreeTests
{
    [Fact]
    public void Class_folders_without_a_split_give_a_fifth_for_the_test()
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "", 10);
        var data = DataFiles.OpenParts(folder.Root, size: 8);
        Assert.Equal((16, 4), (data.Train.Count, data.Test.Count));
        Assert.Equal(["blue", "red"], data.Test.ClassNames);
        Assert.Equal([0, 0, 1, 1], data.Test.Labels);
        Assert.Equal((byte)255, data.Test.Image(0)[2 * 64]); // Class 0 is blue, the third plane.
        Assert.Equal((byte)255, data.Test.Image(2)[0]);
        Assert.Equal(new Augmentation(1, Mirror: true), data.Augmentation);
        Assert.Equal(Normalization.ImageNet, data.Normalization);
    }

    /// <summary>Otherwise a model would be judged on what it was trained on with another seed.</summary>
    [Fact]
    public void The_fifth_for_the_test_is_the_same_whatever_the_seed()
    {
        using var folder = new TempFolder();
        for (byte i = 0; i < 40; i++)
            foreach (var name in new[] { "dark", "light" }) folder.Write($"{name}/{i}.png", DataFiles.Picture(8, 8, new SKColor(name == "dark" ? (byte)0 : (byte)255, (byte)(6 * i), 0)));

        var (one, other) = (DataFiles.Open(folder.Root, size: 8, seed: 1), DataFiles.Open(folder.Root, size: 8, seed: 2));
        Assert.Equal(Pixels(one.Test), Pixels(other.Test));
        Assert.NotEqual(Pixels(one.Selection), Pixels(other.Selection));

        static string Pixels(ImageSet images) => string.Join(' ', Enumerable.Range(0, images.Count).Select(i => Convert.ToHexString(images.Image(i))));
    }

    [Theory]
    [InlineData("test")]
    [InlineData("val")]
    public void A_split_of_the_data_is_kept(string test)
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "train/", 10);
        WriteClasses(folder, $"{test}/", 3);
        var data = DataFiles.Open(folder.Root, size: 8);
        Assert.Equal((20, 2, 4, 6), (data.Train.Count, data.Selection.Count, data.Unseen.Count, data.Test.Count));
    }

    [Fact]
    public void A_zip_gives_the_same_data_as_its_folder()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        WriteClasses(folder, "wrapped/train/", 10);
        WriteClasses(folder, "wrapped/test/", 2);
        var zip = other.Write("data.zip", DataFiles.Zip(folder));
        Assert.Equal(DataFiles.OpenParts(folder.Root, size: 8).Fingerprint, DataFiles.OpenParts(zip, size: 8).Fingerprint);
    }

    [Fact]
    public void Images_are_scaled_to_cover_and_cropped_in_the_middle()
    {
        using var folder = new TempFolder();
        using var bitmap = new SKBitmap(64, 16);
        bitmap.Erase(SKColors.Red);
        for (var y = 0; y < 16; y++)
            for (var x = 24; x < 40; x++) bitmap.SetPixel(x, y, SKColors.Lime);
        for (var i = 0; i < 5; i++) folder.Write($"a/{i}.png", bitmap.Encode(SKEncodedImageFormat.Png, 100).ToArray());
        var image = DataFiles.OpenParts(folder.Root, size: 8).Test.Image(0).ToArray();
        Assert.All(image[64..128], green => Assert.Equal(255, green));
        Assert.All(image[..64], red => Assert.Equal(0, red));
    }

    [Fact]
    public void Without_a_model_the_first_image_gives_the_size()
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "", 5);
        Assert.Equal((10, 12), (DataFiles.OpenParts(folder.Root).Train.Height, DataFiles.OpenParts(folder.Root).Train.Width));
    }

    [Fact]
    public void An_unreadable_image_is_named()
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "", 5);
        folder.Write("red/9.jpg", [1, 2, 3]);
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"the image 'red/9.jpg' at '{folder.Root}' cannot be read (not an image of a known kind, or damaged); replace or remove it.",
            () => DataFiles.Open(folder.Root, size: 8));
    }

    [Fact]
    public void A_truncated_image_is_not_learned_from()
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "", 5);
        var whole = DataFiles.Picture(64, 64, SKColors.Gray, SKEncodedImageFormat.Jpeg);
        folder.Write("red/9.jpg", whole[..(whole.Length / 2)]);
        var error = Assert.Throws<UserErrorException>(() => DataFiles.Open(folder.Root, size: 64));
        Assert.StartsWith($"the image 'red/9.jpg' at '{folder.Root}' cannot be read (", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_test_part_is_an_error()
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "train/", 5);
        UserErrors.AssertSays(
            UserErrorKind.Data, $"the data at '{folder.Root}' is incomplete: beside 'train' a 'test' or 'val' folder is missing.", () => DataFiles.Open(folder.Root, size: 8));
    }

    [Fact]
    public void A_class_only_in_the_test_part_is_an_error()
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "train/", 5);
        WriteClasses(folder, "test/", 1);
        folder.Write("test/green/0.png", DataFiles.Picture(8, 8, SKColors.Green));
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"the class folder 'green' at '{folder.Root}' has test images but no training images; give it both.",
            () => DataFiles.Open(folder.Root, size: 8));
    }

    [Fact]
    public void An_image_without_a_class_is_named()
    {
        using var folder = new TempFolder();
        WriteClasses(folder, "", 5);
        folder.Write("stray.png", DataFiles.Picture(8, 8, SKColors.Green));
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"the image 'stray.png' at '{folder.Root}' is in no class folder; put it into the folder of its class.",
            () => DataFiles.Open(folder.Root, size: 8));
    }

    private static void WriteClasses(TempFolder folder, string prefix, int count)
    {
        for (var i = 0; i < count; i++)
        {
            folder.Write($"{prefix}red/{i}.png", DataFiles.Picture(12, 10, SKColors.Red));
            folder.Write($"{prefix}blue/{i}.PNG", DataFiles.Picture(12, 10, SKColors.Blue));
        }
    }
}
