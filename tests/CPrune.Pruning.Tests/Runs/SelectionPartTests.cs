using CPrune.Pruning.Runs;
using CPrune.Training.Data;

namespace CPrune.Pruning.Tests.Runs;

public class SelectionPartTests
{
    [Fact]
    public void OfALargeSplitImagesAtEvenDistancesAreTakenWithTheirAnswers()
    {
        var part = new SelectionPart(Images(5000), 2000);
        Assert.False(part.IsWhole);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (int)(i * 2.5)), part.Images.Labels);
        Assert.Equal(part.Images.Labels.Select(l => l % 3 == 0), part.Of([.. Enumerable.Range(0, 5000).Select(i => i % 3 == 0)]));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(3000)]
    public void ASmallSplitIsTakenWhole(int count)
    {
        var (images, answers) = (Images(count), Enumerable.Range(0, count).Select(i => i % 3 == 0).ToList());
        var part = new SelectionPart(images, 2000);
        Assert.True(part.IsWhole);
        Assert.Same(images, part.Images);
        Assert.Equal(answers, part.Of(answers));
    }

    /// <summary>Each labelled with its position.</summary>
    private static ImageSet Images(int count) => new(1, 1, 1, new byte[count], [.. Enumerable.Range(0, count)], ["some"]);
}
