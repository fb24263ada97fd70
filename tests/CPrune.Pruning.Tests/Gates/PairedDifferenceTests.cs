using CPrune.Pruning.Gates;
using CPrune.Pruning.Runs;

namespace CPrune.Pruning.Tests.Gates;

public class PairedDifferenceTests
{
    [Fact]
    public void Only_images_that_differ_count()
    {
        // 10 of 1000 lost, 4 won: (4.5 − 10.5)/1002 ± 1.96·√(15 − 36/1002)/1002.
        var before = Enumerable.Range(0, 1000).Select(i => i is not (>= 10 and < 14)).ToList();
        var after = Enumerable.Range(0, 1000).Select(i => i >= 10).ToList();
        var difference = PairedDifference.Of(before, after);
        Assert.Equal((-0.006, -0.01355, 0.00158), (Math.Round(difference.Change, 5), Math.Round(difference.Low, 5), Math.Round(difference.High, 5)));
    }

    [Fact]
    public void Equal_answers_are_equal_only_as_far_as_so_many_images_can_tell()
    {
        bool[] answers = [.. Enumerable.Repeat(true, 5000)];
        var difference = PairedDifference.Of(answers, answers);
        Assert.Equal(0, difference.Change);
        Assert.InRange(difference.High, 1e-4, 1e-3);
        Assert.Equal(-difference.High, difference.Low, 1e-12);
    }

    [Fact]
    public void The_interval_holds_in_95_of_100_experiments()
    {
        var random = new Random(5);
        const int experiments = 500;
        var held = 0;
        for (var experiment = 0; experiment < experiments; experiment++)
        {
            var images = Enumerable.Range(0, 1000).Select(_ => random.NextDouble()).ToList();
            var difference = PairedDifference.Of([.. images.Select(u => u >= 0.02)], [.. images.Select(u => u is < 0.005 or >= 0.03)]);
            if (difference.Low <= -0.005 && -0.005 <= difference.High) held++;
        }

        Assert.InRange((double)held / experiments, 0.93, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(64)]
    public void Answers_are_kept_as_bits(int count)
    {
        bool[] answers = [.. Enumerable.Range(0, count).Select(i => i % 3 == 0)];
        Assert.Equal(answers, Answers.Unpack(Answers.Pack(answers), count));
    }
}
