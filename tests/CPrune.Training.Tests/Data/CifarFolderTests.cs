using CPrune.Graph;
using CPrune.Training.Data;

namespace CPrune.Training.Tests.Data;

public class CifarFolderTests
{
    [Fact]
    public void Cifar_10_is_read_plain_and_gzipped_in_order()
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        folder.Write("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"u8.ToArray());
        var data = DataFiles.Open(folder.Root);
        Assert.Equal((100, 8, 12, 20), (data.Train.Count, data.Selection.Count, data.Unseen.Count, data.Test.Count));
        Assert.Equal((3, 32, 32), (data.Test.Channels, data.Test.Height, data.Test.Width));
        Assert.Equal("abcdefghij", string.Concat(data.Test.ClassNames));
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal((i % 10, (byte)i, (byte)i), (data.Test.Labels[i], data.Test.Image(i)[0], data.Test.Image(i)[3071])));
        Assert.Equal(Normalization.ImageNet, data.Normalization);
        Assert.Equal(new Augmentation(4, Mirror: true), data.Augmentation);
    }

    [Fact]
    public void Cifar_100_takes_the_fine_label()
    {
        using var folder = new TempFolder();
        folder.Write("train.bin", DataFiles.CifarBatch(50, labelBytes: 2, classes: 25));
        folder.Write("test.bin.gz", DataFiles.Gzip(DataFiles.CifarBatch(50, labelBytes: 2, classes: 25)));
        var data = DataFiles.Open(folder.Root);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => i % 25), data.Test.Labels);
        Assert.Equal(100, data.Test.ClassNames.Length);
    }

    [Fact]
    public void A_grey_model_gets_luma()
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        var data = DataFiles.Open(folder.Root, channels: 1);
        Assert.Equal([7, 1024], new[] { data.Test.Image(7)[0], data.Test.PixelsPerImage });
        Assert.Single(data.Normalization.Mean);
    }

    [Theory]
    [InlineData("data_batch_3.bin")]
    [InlineData("test_batch.bin")]
    public void A_missing_file_is_named(string file)
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        File.Delete(Path.Combine(folder.Root, file));
        UserErrors.AssertSays(
            UserErrorKind.Data, $"the CIFAR-10 data at '{folder.Root}' is incomplete: {file} (or {file}.gz) is missing.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void A_truncated_batch_is_named()
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        var path = folder.Write("data_batch_2.bin", DataFiles.CifarBatch(20)[..^5]);
        UserErrors.AssertSays(
            UserErrorKind.Data, $"'{path}' is truncated: 61455 bytes are not a whole number of 3073-byte images; fetch it again.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void A_truncated_gzip_file_is_named()
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        var path = folder.Write("data_batch_1.bin.gz", [1, 2, 3]);
        UserErrors.AssertSays(UserErrorKind.Data, $"'{path}' is not a whole gzip file; fetch it again.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void A_label_beyond_the_classes_is_damage()
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        var path = folder.Write("data_batch_4.bin", DataFiles.CifarBatch(20, classes: 12));
        UserErrors.AssertSays(
            UserErrorKind.Data, $"'{path}' is damaged: image 10 has label 10, but CIFAR-10 ends at 9.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void Another_size_than_the_models_is_refused()
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"the images at '{folder.Root}' are 32x32, but the model wants 224x224; use data of that size or a folder of image files.",
            () => DataFiles.Open(folder.Root, size: 224));
    }
}
