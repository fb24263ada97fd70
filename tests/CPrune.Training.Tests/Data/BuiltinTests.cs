using System.Security.Cryptography;
using CPrune.Training.Data;
using CPrune.Training.Data.Builtin;

namespace CPrune.Training.Tests.Data;

public class BuiltinTests
{
    /// <summary>The same on every machine: a change here changes every accuracy that was ever stated for this data set.</summary>
    private const string HashOfTheFirstImages = "4cd12a769e207cfe";

    [Fact]
    public void The_images_are_the_same_on_every_machine()
    {
        var set = BuiltinImages.Generate(seed: 1, count: 120, TestContext.Current.CancellationToken);
        Assert.Equal(HashOfTheFirstImages, Convert.ToHexStringLower(SHA256.HashData(set.Pixels.Span))[..16]);
    }

    [Fact]
    public void Parts_are_balanced_and_share_no_image()
    {
        var data = DataFiles.Open(DataCatalog.Builtin);
        Assert.Equal(
            (13_200, 2_880, 4_320, 7_200), (data.Train.Count, data.Selection.Count, data.Unseen.Count, data.Test.Count));
        foreach (var set in (ImageSet[])[data.Train, data.Selection, data.Unseen, data.Test])
            Assert.All(set.Labels.CountBy(l => l), c => Assert.Equal(set.Count / 12, c.Value));
        var hashes = ((ImageSet[])[data.Train, data.Selection, data.Unseen])
            .SelectMany(s => Enumerable.Range(0, s.Count).Select(i => Convert.ToHexString(SHA256.HashData(s.Image(i)))));
        Assert.Equal(20_400, hashes.Distinct().Count());
    }

    /// <summary>What a run's answer is worth without any files.</summary>
    [Fact]
    public void The_unseen_part_resolves_less_than_half_a_point()
    {
        var data = DataFiles.Open(DataCatalog.Builtin);
        Assert.InRange(HeldOut.StandardError(data.Unseen.Count), 0, 0.004);
        Assert.False(HeldOut.IsCoarse(data, 0.01));
    }

    [Fact]
    public void Classes_have_names()
    {
        var names = DataFiles.Open(DataCatalog.Builtin).Train.ClassNames;
        Assert.Equal(12, names.Distinct().Count());
        Assert.Equal(["plain disc", "striped disc", "plain square"], names[..3]);
    }

    [Fact]
    public void An_image_does_not_depend_on_how_many_are_made()
    {
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Equal(
            BuiltinImages.Generate(5, 250, cancellation).Image(120).ToArray(), BuiltinImages.Generate(5, 121, cancellation).Image(120).ToArray());
    }
}
