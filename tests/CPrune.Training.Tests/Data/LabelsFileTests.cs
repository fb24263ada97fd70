using System.Text;
using CPrune.Graph;
using CPrune.Graph.Tests;
using SkiaSharp;

namespace CPrune.Training.Tests.Data;

public class LabelsFileTests
{
    [Fact]
    public void Columns_may_stand_in_any_order_and_names_may_hold_commas()
    {
        using var folder = Folder("name,split,class_index,file\n\"cat, tame\",train,2,a.png\n\"cat, tame\",train,2,b.png\ndog,val,0,c.png\n");
        var data = DataFiles.OpenParts(folder.Root, size: 8);
        Assert.Equal(["dog", "1", "cat, tame"], data.Test.ClassNames);
        Assert.Equal((2, 1), (data.Train.Count, data.Test.Count));
        Assert.Equal([0], data.Test.Labels);
    }

    [Fact]
    public void A_missing_image_is_named()
    {
        using var folder = Folder("file,class\na.png,0\nz.png,1\n");
        UserErrors.AssertSays(
            UserErrorKind.Data, $"the data at '{folder.Root}' is incomplete: 'z.png', named in 'labels.csv', is missing.", () => DataFiles.Open(folder.Root, size: 8));
    }

    [Fact]
    public void A_class_that_is_no_number_is_named_by_its_line()
    {
        using var folder = Folder("file,class\na.png,0\nb.png,cat\n");
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"line 3 of 'labels.csv' at '{folder.Root}' does not fit its header, or its class is not a number from 0.",
            () => DataFiles.Open(folder.Root, size: 8));
    }

    [Fact]
    public void Missing_columns_are_an_error()
    {
        using var folder = Folder("path,label\na.png,0\n");
        UserErrors.AssertSays(
            UserErrorKind.Data, $"'labels.csv' at '{folder.Root}' needs the columns 'file' and 'class' (or 'class_index').", () => DataFiles.Open(folder.Root, size: 8));
    }

    [Theory]
    [InlineData("imagenet_sample_a_500x224.zip", 400, 40, 100, 999)]
    [InlineData("flowers5_a_500x227.zip", 400, 40, 100, 5)]
    [InlineData("tinyimagenet10_a.zip", 3000, 200, 500, 10)]
    public void Real_archives_are_read(string file, int train, int selection, int test, int classes)
    {
        var data = DataFiles.Open(SharedData.Path(file), size: 32);
        Assert.Equal((train, selection, test, classes), (data.Train.Count, data.Selection.Count, data.Test.Count, data.Train.ClassNames.Length));
    }

    private static TempFolder Folder(string labels)
    {
        var folder = new TempFolder();
        folder.Write("labels.csv", Encoding.UTF8.GetBytes(labels));
        foreach (var name in (string[])["a", "b", "c"]) folder.Write($"{name}.png", DataFiles.Picture(8, 8, SKColors.Red));
        return folder;
    }
}
