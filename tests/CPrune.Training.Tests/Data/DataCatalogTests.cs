using CPrune.Graph;
using CPrune.Training.Data;

namespace CPrune.Training.Tests.Data;

public class DataCatalogTests
{
    [Fact]
    public void A_path_that_is_not_there_is_named() => UserErrors.AssertSays(
        UserErrorKind.Data, "there is no data at '/nowhere/at/all'; give a folder, a zip file, or 'builtin'.", () => DataFiles.Open("/nowhere/at/all"));

    [Fact]
    public void An_empty_folder_is_an_error()
    {
        using var folder = new TempFolder();
        UserErrors.AssertSays(UserErrorKind.Data, $"'{folder.Root}' is empty; labelled images are needed.", () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void A_folder_of_something_else_is_an_error()
    {
        using var folder = new TempFolder();
        folder.Write("notes.txt", [1]);
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"no data of a known kind is at '{folder.Root}'; CIFAR-10/100 binary files, IDX files or class folders of images are.",
            () => DataFiles.Open(folder.Root));
    }

    [Fact]
    public void A_file_that_is_no_zip_is_an_error()
    {
        using var folder = new TempFolder();
        var path = folder.Write("data.zip", [1, 2, 3]);
        UserErrors.AssertSays(
            UserErrorKind.Data, $"'{path}' is neither a folder nor a whole zip file; give one of them, or 'builtin'.", () => DataFiles.Open(path));
    }

    [Fact]
    public void The_fingerprint_knows_the_split_and_the_pixels()
    {
        using var folder = new TempFolder();
        DataFiles.WriteCifar10(folder);
        var first = DataFiles.Open(folder.Root).Fingerprint;
        Assert.Equal(first, DataFiles.Open(folder.Root).Fingerprint);
        Assert.NotEqual(first, DataFiles.Open(folder.Root, seed: 2).Fingerprint);
        var changed = DataFiles.CifarBatch(20);
        changed[5]++;
        folder.Write("test_batch.bin", changed);
        Assert.NotEqual(first, DataFiles.Open(folder.Root).Fingerprint);
    }

    [Fact]
    public void One_mean_serves_all_channels_and_two_serve_none()
    {
        Assert.Equal([0.5f, 0.5f, 0.5f], new Normalization([0.5f], [0.25f]).ForChannels(3).Mean);
        UserErrors.AssertSays(
            UserErrorKind.Data, "normalisation has 2 means for images of 3 channels; give one or 3.", () => new Normalization([0, 0], [1, 1]).ForChannels(3));
        UserErrors.AssertSays(
            UserErrorKind.Data, "normalisation needs as many deviations as means, all above zero.", () => new Normalization([0], [0]).ForChannels(1));
    }

    [Fact]
    public void A_label_beyond_the_models_classes_is_named()
    {
        var set = new ImageSet(1, 1, 1, new byte[3], [0, 4, 9], ["a"]);
        DataChecks.LabelsFit(set, 10);
        UserErrors.AssertSays(
            UserErrorKind.Data, "image 2 has label 9, but the model has 9 classes (0 to 8); use data with the model's labels.", () => DataChecks.LabelsFit(set, 9));
    }
}
