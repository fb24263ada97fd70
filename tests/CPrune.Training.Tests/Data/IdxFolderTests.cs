using CPrune.Graph;
using CPrune.Training.Data;

namespace CPrune.Training.Tests.Data;

public class IdxFolderTests
{
    [Fact]
    public void Grey_images_are_read_with_the_kinds_defaults()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        var data = DataFiles.Open(folder.Root);
        Assert.Equal((30, 2, 4, 6), (data.Train.Count, data.Selection.Count, data.Unseen.Count, data.Test.Count));
        Assert.Equal((1, 8, 8), (data.Test.Channels, data.Test.Height, data.Test.Width));
        Assert.Equal([0, 1, 2, 0, 1, 2], data.Test.Labels);
        Assert.Equal(Enumerable.Range(64, 64).Select(i => (byte)i), data.Test.Image(1).ToArray());
        Assert.Equal([0.5f], data.Normalization.Mean);
        Assert.Equal([0.5f], data.Normalization.Std);
        Assert.Equal(new Augmentation(2, Mirror: false), data.Augmentation);
    }

    [Fact]
    public void A_colour_model_gets_grey_three_times()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        var data = DataFiles.Open(folder.Root, channels: 3);
        var image = data.Test.Image(1).ToArray();
        Assert.Equal(192, image.Length);
        Assert.Equal(image[..64], image[64..128]);
        Assert.Equal(image[..64], image[128..]);
        Assert.Equal([0.5f, 0.5f, 0.5f], data.Normalization.Mean);
    }

    [Fact]
    public void Missing_test_images_are_named()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        File.Delete(Path.Combine(folder.Root, "t10k-images.idx3-ubyte"));
        UserErrors.AssertSays(
            UserErrorKind.Data, $"the IDX data at '{folder.Root}' is incomplete: t10k-images-idx3-ubyte (or .gz) is missing.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void A_truncated_file_is_named()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        var path = folder.Write("train-labels-idx1-ubyte", DataFiles.Idx([30], Enumerable.Repeat(0, 12)));
        UserErrors.AssertSays(
            UserErrorKind.Data, $"'{path}' is truncated: its header promises 30 bytes of data, 12 are there; fetch it again.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void Fewer_labels_than_images_are_refused()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        var labels = folder.Write("train-labels-idx1-ubyte", DataFiles.Idx([12], Enumerable.Repeat(0, 12)));
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"'{Path.Combine(folder.Root, "train-images-idx3-ubyte.gz")}' has 30 images, but '{labels}' has 12 labels; fetch both again.",
            () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void Another_element_type_is_refused()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        var path = folder.Write("train-labels-idx1-ubyte", [0, 0, 13, 1, 0, 0, 0, 1, 0]);
        UserErrors.AssertSays(UserErrorKind.Data, $"'{path}' is not an IDX file of unsigned bytes with 1 axes; fetch it again.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void A_file_without_images_is_empty()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        var path = folder.Write("t10k-images.idx3-ubyte", DataFiles.Idx([0, 8, 8], []));
        UserErrors.AssertSays(UserErrorKind.Data, $"'{path}' is empty; labelled images are needed.", () => DataFiles.Open(folder.Root));
    }
}
