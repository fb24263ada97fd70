using System.Collections.Immutable;
using CPrune.Pruning.Planning;
using CsCheck;

namespace CPrune.Pruning.Tests.Planning;

public class LossLawTests
{
    private const double Rounding = 1e-9;

    /// <summary>The law that made the stages is found from them, however many they are.</summary>
    [Fact]
    public void StagesThatFollowALawGiveThatLaw() =>
        Gen.Select(Gen.Double[0.1, 100], Gen.Double[0.1, 1], Gen.Select(Gen.Double[0.1, 2], Gen.Long[1, 400_000]).Array[1, 6]).Sample((level, recovery, stages) =>
        {
            var law = new LossLaw(level, recovery);
            var results = stages.Select(s => new StageResult(s.Item1, s.Item2, law.Loss(s.Item1, s.Item2))).ToImmutableArray();
            var found = LossLaw.Of(results, recovery);
            Assert.Equal(1, found.Loss(1, 1000) / law.Loss(1, 1000), 6);
        });

    [Fact]
    public void TheDepthIsTheOneAtWhichSoMuchIsLost() => Gen.Select(Gen.Double[0.1, 100], Gen.Double[0.1, 1], Gen.Double[0.001, 0.1]).Sample((level, recovery, loss) =>
    {
        var law = new LossLaw(level, recovery);
        Assert.Equal(loss, law.Loss(law.Depth(loss, 1000), 1000), Rounding);
    });

    [Fact]
    public void TheOriginalLosesNothing() => Assert.Equal(0, new LossLaw(1, 0.5).Loss(0, 1000));

    /// <summary>A loss falls by the power of its images.</summary>
    [Fact]
    public void FourTimesTheImagesHalveALoss() =>
        Assert.Equal(2, new LossLaw(1, 0.5).Loss(1, 1000) / new LossLaw(1, 0.5).Loss(1, 4000), Rounding);

    [Fact]
    public void WhereNothingWasLostEveryDepthIsFree()
    {
        Assert.Equal(double.PositiveInfinity, LossLaw.Of([new(0.5, 1000, -0.01)], 0.5).Depth(0.01, 2000));
        Assert.Equal(double.PositiveInfinity, LossLaw.Of([], 0.5).Depth(0.01, 2000));
    }

    /// <summary>A plan that was much worse than the others says nothing of them.</summary>
    [Fact]
    public void OneBadPlanDoesNotTellOfTheOthers()
    {
        var law = new LossLaw(2, 0.5);
        StageResult Usual(double depth, long images) => new(depth, images, law.Loss(depth, images), 0.003);
        var bad = new StageResult(1.2, 3000, 10 * law.Loss(1.2, 3000), 0.003);
        Assert.Equal(law.Loss(0.8, 5000), LossLaw.Of([Usual(0.5, 2000), bad, Usual(0.7, 2000)], 0.5).Loss(0.8, 5000), Rounding);
    }

    /// <summary>Of two models the better one tells the law: that the other was a bad plan costs less than that a good one is left.</summary>
    [Fact]
    public void OfTwoModelsTheBetterOneCounts() =>
        Assert.Equal(
            LossLaw.Of([new(0.5, 2000, 0.01)], 0.5).Loss(0.8, 5000),
            LossLaw.Of([new(0.7, 9000, 0.2), new(0.5, 2000, 0.01)], 0.5).Loss(0.8, 5000), Rounding);

    /// <summary>The law for a model lies between what is usual and what the model showed: near that if it is known well.</summary>
    [Fact]
    public void AModelsOwnLossCountsTheMoreTheSurerItIsKnown() =>
        Gen.Select(Gen.Double[0.5, 100], Gen.Double[0, 0.2], Gen.Double[0.0001, 0.01]).Sample((level, own, error) =>
        {
            var law = new LossLaw(level, 0.5);
            var (usual, sure, unsure) = (law.Loss(0.7, 10_000), For(error), For(10 * error));
            Assert.InRange(sure, Math.Min(usual, own) - Rounding, Math.Max(usual, own) + Rounding);
            Assert.True(Math.Abs(sure - own) <= Math.Abs(unsure - own) + Rounding, $"{sure} with a tenth of the error, {unsure}: own {own}, usual {usual}");
            Assert.Equal(own, For(1e-9), 1e-6);

            double For(double e) => law.For(new StageResult(0.7, 10_000, own, e), 0.01).Loss(0.7, 10_000);
        });

    [Fact]
    public void TheLawForTheOriginalIsThatOfTheNetwork()
    {
        var law = new LossLaw(3, 0.5);
        Assert.Equal(law.Loss(1, 1000), law.For(new StageResult(0, 0, 0), 0.01).Loss(1, 1000));
    }
}
