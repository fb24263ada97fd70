using CPrune.Graph;
using CPrune.Training.Data;
using CsCheck;

namespace CPrune.Training.Tests.Data;

public class HeldOutTests
{
    [Fact]
    public void Selection_and_unseen_images_are_the_test_part_and_every_class_gives_its_share() =>
        Gen.Select(Gen.Int[0, 5].Array[5, 150], Gen.Int).Sample((labels, seed) =>
        {
            var (selection, unseen) = HeldOut.Cut(Numbered(labels), "x", seed);
            Assert.Equal((int)Math.Round(labels.Length * 0.4), selection.Count);
            Assert.True(selection.Count >= 2 && unseen.Count >= 2);
            Assert.Equal(Enumerable.Range(0, labels.Length), Numbers(selection).Concat(Numbers(unseen)).Order());
            Assert.All(Numbers(selection).Zip(selection.Labels), p => Assert.Equal(labels[p.First], p.Second));
            foreach (var members in labels.GroupBy(l => l))
            {
                var share = members.Count() * (double)selection.Count / labels.Length;
                Assert.InRange(selection.Labels.Count(l => l == members.Key), share - 1, share + 1);
            }
        }, iter: 200);

    [Fact]
    public void The_seed_says_which_images_select()
    {
        var test = Numbered([.. Enumerable.Range(0, 60).Select(i => i % 3)]);
        Assert.Equal(Numbers(HeldOut.Cut(test, "x", 1).Selection), Numbers(HeldOut.Cut(test, "x", 1).Selection));
        Assert.NotEqual(Numbers(HeldOut.Cut(test, "x", 1).Selection), Numbers(HeldOut.Cut(test, "x", 2).Selection));
    }

    /// <summary>A network knows what it was trained on by heart, so nothing of that may judge.</summary>
    [Fact]
    public void All_training_images_are_trained_on_and_none_is_held_out()
    {
        using var folder = new TempFolder();
        DataFiles.WriteNoise(folder, "train/", count: 20, seed: 1);
        DataFiles.WriteNoise(folder, "test/", count: 10, seed: 2);
        var data = DataFiles.Open(folder.Root);
        Assert.Equal((40, 8, 12, 20), (data.Train.Count, data.Selection.Count, data.Unseen.Count, data.Test.Count));
        var (train, test) = (Images(data.Train), Images(data.Test));
        Assert.Equal(60, train.Concat(test).Distinct().Count());
        Assert.Equal(test.Order(), Images(data.Selection).Concat(Images(data.Unseen)).Order());
    }

    [Fact]
    public void A_test_part_that_is_too_small_to_split_is_an_error_for_pruning_only()
    {
        using var folder = new TempFolder();
        DataFiles.WriteNoise(folder, "train/", count: 3, seed: 1);
        DataFiles.WriteNoise(folder, "test/", count: 2, seed: 2);
        UserErrors.AssertSays(
            UserErrorKind.Data,
            $"the test part at '{folder.Root}' has 4 of the 5 images that it takes to split it; "
            + "use more test images, or give a validation set with --selection.",
            () => DataFiles.Open(folder.Root));
        Assert.Equal(4, DataFiles.OpenParts(folder.Root).Test.Count);
    }

    [Fact]
    public void What_one_image_counts_is_said()
    {
        var data = Splits(selection: 960, unseen: 1440);
        Assert.Equal("one image of the 960 for selection is 0.10 points, one of the 1,440 unseen is 0.07 points", HeldOut.Resolution(data));
    }

    /// <summary>The square root of 0.05 / 2,000 is half a point: half of an allowed loss of one.</summary>
    [Theory]
    [InlineData(1_999, 9_000, 0.01, true)]
    [InlineData(9_000, 1_999, 0.01, true)]
    [InlineData(2_001, 2_001, 0.01, false)]
    [InlineData(2_001, 2_001, 0.0099, true)]
    public void The_smaller_part_says_whether_a_loss_is_told_from_chance(int selection, int unseen, double allowedLoss, bool isCoarse) =>
        Assert.Equal(isCoarse, HeldOut.IsCoarse(Splits(selection, unseen), allowedLoss));

    private static DataSplits Splits(int selection, int unseen)
    {
        var (one, other) = (Numbered(new int[selection]), Numbered(new int[unseen]));
        return new(one, one, other, other, Normalization.ImageNet, new Augmentation(0, Mirror: false), "made-up");
    }

    /// <summary>Image <c>i</c> has the two pixels <c>i mod 256</c> and <c>i / 256</c>.</summary>
    private static ImageSet Numbered(int[] labels) => new(
        1, 1, 2, Enumerable.Range(0, labels.Length).SelectMany(i => new[] { (byte)i, (byte)(i >> 8) }).ToArray(), [.. labels],
        [.. Enumerable.Range(0, 6).Select(i => $"class {i}")]);

    private static int[] Numbers(ImageSet set) =>
        [.. Enumerable.Range(0, set.Count).Select(i => set.Image(i)[0] + (256 * set.Image(i)[1]))];

    private static string[] Images(ImageSet set) =>
        [.. Enumerable.Range(0, set.Count).Select(i => Convert.ToHexString(set.Image(i)))];
}
