using System.Text;
using CPrune.Graph;
using CPrune.Training.Data;

namespace CPrune.Training.Tests.Data;

/// <summary>A validation set of the user's own beside the data.</summary>
public sealed class ValidationSetTests : IDisposable
{
    private readonly TempFolder _data = new();
    private readonly TempFolder _own = new();

    public ValidationSetTests()
    {
        DataFiles.WriteNoise(_data, "train/", count: 6, seed: 1);
        DataFiles.WriteNoise(_data, "test/", count: 4, seed: 2);
    }

    public void Dispose()
    {
        _data.Dispose();
        _own.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("val/")]
    [InlineData("train/")]
    [InlineData("wrapped/test/")]
    public void All_of_its_images_select_if_it_has_one_part(string prefix)
    {
        DataFiles.WriteNoise(_own, prefix, count: 3, seed: 3);
        var data = Open();
        Assert.Equal((12, 6, 8, 8), (data.Train.Count, data.Selection.Count, data.Unseen.Count, data.Test.Count));
        Assert.Equal(["dark", "light"], data.Selection.ClassNames);
        Assert.Equal([0, 0, 0, 1, 1, 1], data.Selection.Labels);
        Assert.Same(data.Test, data.Unseen);
    }

    [Fact]
    public void Its_test_part_selects_if_it_has_two()
    {
        DataFiles.WriteNoise(_own, "train/", count: 9, seed: 3);
        DataFiles.WriteNoise(_own, "val/", count: 2, seed: 4);
        Assert.Equal(4, Open().Selection.Count);
    }

    [Fact]
    public void A_zip_will_do_as_well()
    {
        DataFiles.WriteNoise(_own, "", count: 3, seed: 3);
        using var other = new TempFolder();
        Assert.Equal(Open().Fingerprint, DataFiles.Open(_data.Root, selection: other.Write("own.zip", DataFiles.Zip(_own))).Fingerprint);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cifar_folder_gives_its_test_batch_or_what_else_is_there(bool hasTest)
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        if (hasTest) _own.Write("test_batch.bin", DataFiles.CifarBatch(40)[^(20 * 3073)..]);
        _own.Write("data_batch_2.bin", DataFiles.CifarBatch(100)[^(30 * 3073)..]);
        Assert.Equal(hasTest ? 20 : 30, DataFiles.Open(folder.Root, selection: _own.Root).Selection.Count);
    }

    [Fact]
    public void An_idx_folder_gives_its_test_images()
    {
        using var folder = new TempFolder();
        DataFiles.WriteIdx(folder);
        _own.Write("t10k-images-idx3-ubyte", DataFiles.Idx([3, 8, 8], Enumerable.Range(7, 192)));
        _own.Write("t10k-labels-idx1-ubyte", DataFiles.Idx([3], [2, 1, 0]));
        Assert.Equal([2, 1, 0], DataFiles.Open(folder.Root, selection: _own.Root).Selection.Labels);
    }

    [Fact]
    public void Classes_are_matched_by_name_whatever_their_numbers()
    {
        DataFiles.WriteNoise(_own, "", count: 1, seed: 3);
        _own.Write("labels.csv", Encoding.UTF8.GetBytes("file,class,name\ndark/0.png,1,dark\nlight/0.png,0,light\n"));
        Assert.Equal([0, 1], Open().Selection.Labels);
    }

    [Fact]
    public void A_class_that_the_data_has_not_is_named()
    {
        DataFiles.WriteNoise(_own, "", count: 2, seed: 3);
        _own.Write("grey/0.png", DataFiles.Noise(new Random(4)));
        Refused(
            $"the class 'grey' of the images for selection at '{_own.Root}' is none of the 2 at '{_data.Root}'; "
            + "use the same class names for both.");
    }

    [Fact]
    public void A_class_that_is_missing_is_named()
    {
        _own.Write("dark/0.png", DataFiles.Noise(new Random(4)));
        Refused(
            $"the images for selection at '{_own.Root}' have no class 'light', but those at '{_data.Root}' have; "
            + "use the same class names for both.");
    }

    [Fact]
    public void Classes_without_names_are_counted()
    {
        _own.Write("a.png", DataFiles.Noise(new Random(4)));
        _own.Write("labels.csv", "file,class\na.png,2\n"u8.ToArray());
        Refused(
            $"the images for selection at '{_own.Root}' are of 3 classes, but those at '{_data.Root}' of 2; "
            + "use the same classes for both.");
    }

    [Fact]
    public void Images_of_another_size_are_refused()
    {
        DataFiles.WriteIdx(_own);
        Refused(
            $"the images for selection at '{_own.Root}' are 8x8, but those at '{_data.Root}' are 6x6; "
            + "give images of that size or a folder of image files.");
    }

    [Theory]
    [InlineData("train", 12, "training")]
    [InlineData("test", 8, "test")]
    public void Images_that_the_data_has_already_are_refused(string part, int images, string called)
    {
        var selection = Path.Combine(_data.Root, part);
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"{images} of the {images} images for selection at '{selection}' are {called} images at '{_data.Root}'; "
            + "give images that are in neither part, or leave --selection out.",
            () => DataFiles.Open(_data.Root, selection: selection));
    }

    [Fact]
    public void A_path_that_is_not_there_is_named() => UserErrors.AssertSays(
        UserErrorKind.Data, "there is no data at '/nowhere/at/all'; give a folder, a zip file, or 'builtin'.",
        () => DataFiles.Open(_data.Root, selection: "/nowhere/at/all"));

    [Fact]
    public void The_fingerprint_knows_the_images_that_select()
    {
        DataFiles.WriteNoise(_own, "", count: 3, seed: 3);
        var first = Open().Fingerprint;
        Assert.Equal(first, Open().Fingerprint);
        Assert.NotEqual(first, DataFiles.Open(_data.Root).Fingerprint);
        _own.Write("dark/2.png", DataFiles.Noise(new Random(5)));
        Assert.NotEqual(first, Open().Fingerprint);
    }

    private DataSplits Open() => DataFiles.Open(_data.Root, selection: _own.Root);

    private void Refused(string message) => UserErrors.AssertSays(UserErrorKind.Data, message, () => Open());
}
