using CPrune.Pruning.Gates;

namespace CPrune.Pruning.Tests.Gates;

public class LossEstimateTests
{
    private const int Images = 1800, Selecting = 720, Draws = 2000;

    [Fact]
    public void WhereThePartIsLikeTheWholeTheDifferenceOnItIsTheLoss() =>
        Assert.Equal(0.25, LossEstimate.OnTestSet([true, true, true, false], [true, false, true, false], beforeOnAll: 0.75), 9);

    /// <summary>The original was lucky by a quarter; a model that answers as it does was as lucky, and loses nothing.</summary>
    [Fact]
    public void AModelThatAnswersAsTheOriginalSharesItsLuck() =>
        Assert.Equal(0, LossEstimate.OnTestSet([true, true, true, false], [true, true, true, false], beforeOnAll: 0.5), 9);

    /// <summary>If the original's answers say nothing about the model's, its luck does not either.</summary>
    [Fact]
    public void AModelThatAnswersByItselfSharesNone() =>
        Assert.Equal(0.3, LossEstimate.OnTestSet([true, true, false, false], [true, false, true, false], beforeOnAll: 0.8), 9);

    [Fact]
    public void AnOriginalThatIsAlwaysRightHasNoLuckToShare() =>
        Assert.Equal(0.5, LossEstimate.OnTestSet([true, true], [true, false], beforeOnAll: 1), 9);

    /// <summary>Over many splits, the estimate is right on average. Its errors are smaller than those of the plain difference.</summary>
    [Fact]
    public void ItMissesTheLossByLessThanTheDifferenceOnThePartDoes()
    {
        var random = new Random(5);
        // As a network and its pruned self: nine in ten right, half of the errors shared.
        var before = Enumerable.Range(0, Images).Select(_ => random.NextDouble() > 0.08).ToArray();
        var after = before.Select(right => random.NextDouble() < (right ? 0.95 : 0.5)).ToArray();
        var (all, loss) = (Mean(before), Mean(before) - Mean(after));
        var (estimate, plain, bias) = (0.0, 0.0, 0.0);
        for (var draw = 0; draw < Draws; draw++)
        {
            var part = Enumerable.Range(0, Images).ToArray();
            random.Shuffle(part);
            var (b, a) = (part.Take(Selecting).Select(i => before[i]).ToArray(), part.Take(Selecting).Select(i => after[i]).ToArray());
            var error = LossEstimate.OnTestSet(b, a, all) - loss;
            estimate += error * error;
            plain += Math.Pow(Mean(b) - Mean(a) - loss, 2);
            bias += error / Draws;
        }

        Assert.InRange(bias, -0.0005, 0.0005);
        Assert.True(estimate < 0.85 * plain, $"squared errors {estimate / plain:0.00} of the plain ones");
    }

    private static double Mean(bool[] answers) => answers.Average(a => a ? 1.0 : 0);
}
