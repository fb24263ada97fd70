using System.Collections.Immutable;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Settings;
using CsCheck;

namespace CPrune.Pruning.Tests.Planning;

/// <summary>What holds of every decision, whatever the numbers are that a run decides by.</summary>
public class StagePlanTests
{
    private const double Rounding = 1e-9;

    private static readonly PruneSettings s_settings = new();

    /// <summary>A search somewhere on its way, in a world that follows some law.</summary>
    private static readonly Gen<Way> s_way =
        from depth in Gen.Double[0.1, 2]
        from allowed in Gen.Double[0.001, 0.05]
        from p in Gen.Double[0.8, 2.5]
        from q in Gen.Double[0.2, 0.8]
        from noise in Gen.Double[0, 0.01]
        from images in Gen.Long[1, 400_000].Array[0, 4]
        from steps in Gen.Double[0.1, 0.8].Array[4]
        from left in Gen.Long[0, 1_000_000]
        from deepest in Gen.Double[0.01, 3]
        from isKnown in Gen.Bool
        select Way.Of(LossWorld.Through(depth, allowed, p, q, noise), allowed, images, steps, left, isKnown ? deepest : null);

    [Fact]
    public void EveryDecisionCanBeCarriedOut() => s_way.Sample(way =>
    {
        var decision = way.Next();
        if (decision.Kind == StageKind.End) return;
        Assert.True(decision.Share is > 0 and <= 1, $"{decision}");
        Assert.InRange(decision.From, decision.Kind == StageKind.TrainOn ? 1 : 0, way.Stages.Length);
        Assert.True(double.IsFinite(decision.Depth) && decision.Depth > 0, $"{decision}");
        if (decision.Kind == StageKind.TrainOn) Assert.Equal(way.Stages[decision.From - 1].Depth, decision.Depth);
        else if (decision.From > 0) Assert.True(decision.Depth > way.Stages[decision.From - 1].Depth, $"{decision}");
    });

    [Fact]
    public void NoDeeperCutIsAskedForThanExists() => s_way.Sample(way =>
    {
        if (way.Deepest is { } deepest && way.Next() is { Kind: StageKind.Cut } decision) Assert.True(decision.Depth <= deepest + Rounding, $"{decision}");
    });

    [Fact]
    public void ALargerLossNeverAsksForADeeperCut() => Gen.Select(s_way, Gen.Double[0, 0.2]).Sample((way, more) =>
    {
        if (way.Stages.IsEmpty) return;
        var worse = way with { Stages = way.Stages.SetItem(way.Stages.Length - 1, way.Stages[^1] with { Loss = way.Stages[^1].Loss + more }) };
        // Another model, which is better than this one looks now, may be cut deeper than this one would have been.
        if (worse.Next().From != way.Next().From) return;
        Assert.True(worse.Next().Depth <= way.Next().Depth + Rounding, $"{way.Next()}, with {more} more lost {worse.Next()}");
    });

    /// <summary>Of two cuts of the same model, the one with more training behind it is the deeper one.</summary>
    [Fact]
    public void WithMoreTrainingLeftTheSameModelIsCutDeeper() => Gen.Select(s_way, Gen.Double[1.5, 5]).Sample((way, times) =>
    {
        var (less, more) = (way.Next(), (way with { Left = (long)(way.Left * times) + 1 }).Next());
        if (less.Kind == StageKind.Cut && more.Kind == StageKind.Cut && less.From > 0 && less.From == more.From)
            Assert.True(more.Depth >= less.Depth - Rounding, $"{less}, with {times} times as much left {more}");
    });

    [Fact]
    public void ASearchEndsWhenTheTrainingIsUsedUp() => s_way.Sample(way =>
    {
        if (!way.Stages.IsEmpty) Assert.Equal(StageKind.End, (way with { Left = way.Seen / 100 }).Next().Kind);
    });

    [Fact]
    public void TheFirstCutIsTheOneThatIsSet()
    {
        var decision = StagePlan.Next(s_settings with { FirstSpeed = 2 }, 0.01, [], 0, 1000);
        Assert.Equal(new StageDecision(StageKind.Cut, 0, Math.Log(2), s_settings.ShortStage, "the first cut"), decision);
    }

    /// <summary>A first cut that does not exist, or is not faster, is asked for less deep until that is none any more.</summary>
    [Fact]
    public void WhereNoCutIsFasterTheSearchEnds()
    {
        var (asked, deepest) = (new List<double>(), (double?)null);
        while (StagePlan.Next(s_settings, 0.01, [], 0, 1000, deepest) is { Kind: StageKind.Cut } decision && asked.Count < 20)
        {
            asked.Add(decision.Depth);
            deepest = decision.Depth / 2;
        }

        Assert.InRange(asked.Count, 2, 10);
        Assert.Equal("no cut makes the model faster", StagePlan.Next(s_settings, 0.01, [], 0, 1000, deepest).Reason);
    }

    /// <summary>A cut reaches as far as training is left.</summary>
    [Theory]
    [InlineData(-0.001)]
    [InlineData(0.002)]
    public void ACutReachesAsFarAsTrainingIsLeft(double loss)
    {
        var decision = StagePlan.Next(s_settings, 0.01, [new(Math.Log(1.5), 250_000, loss)], 250_000, 750_000);
        Assert.Equal((StageKind.Cut, 1), (decision.Kind, decision.From));
        Assert.Equal(Math.Log(1.5) + (0.75 * Math.Log(s_settings.Reach)), decision.Depth, Rounding);
    }

    /// <summary>The next cut goes no deeper than to where the law foresees that what is aimed for is lost.</summary>
    [Fact]
    public void ACutIsNotDeeperThanTheLawAllows()
    {
        // At four times the images half as much is lost: 0.4 points for each time the speed grows by that of the original.
        var settings = s_settings with { Recovery = 0.5, Aim = 0.6, Reach = 100 };
        var decision = StagePlan.Next(settings, 0.01, [new(Math.Log(2), 250_000, 0.008)], 250_000, 750_000);
        Assert.Equal((StageKind.Cut, 1), (decision.Kind, decision.From));
        Assert.Equal(Math.Log(1 + (0.6 / 0.4)), decision.Depth, Rounding);
    }

    /// <summary>If a deeper model was too deep, the next cut is the one that the law foresees to lose what is aimed for.</summary>
    [Fact]
    public void BelowACutThatWasTooDeepTheNextIsAsDeepAsTheLawSays()
    {
        var settings = s_settings with { Recovery = 0.5, Aim = 0.6 };
        // At four times the images half as much is lost: 0.45 points for each time the speed grows by that of the original.
        ImmutableArray<StageResult> stages = [new(Math.Log(2), 250_000, 0.009), new(Math.Log(4), 250_000, 0.027)];
        var decision = StagePlan.Next(settings, 0.01, stages, 250_000, 750_000);
        Assert.Equal((StageKind.Cut, 1), (decision.Kind, decision.From));
        Assert.Equal(Math.Log(1 + (0.6 / 0.45)), decision.Depth, Rounding);
    }

    /// <summary>A model may be foreseen to keep the floor and to lose more than is aimed for. Then it is trained on.</summary>
    [Fact]
    public void WhatMayNotHoldIsTrainedOn()
    {
        ImmutableArray<StageResult> stages = [new(0.6, 250_000, 0.016)];
        var decision = StagePlan.Next(s_settings with { Recovery = 0.5, Aim = 0.6 }, 0.01, stages, 250_000, 750_000);
        Assert.Equal((StageKind.TrainOn, 1, s_settings.LongStage), (decision.Kind, decision.From, decision.Share));
    }

    /// <summary>A model that will hold, and below which there is nothing to win, is trained on for long.</summary>
    [Fact]
    public void WhatIsDeepEnoughIsTrainedOnForLong()
    {
        ImmutableArray<StageResult> stages = [new(0.6, 250_000, 0.004)];
        var decision = StagePlan.Next(s_settings, 0.01, stages, 250_000, 750_000, deepest: 0.65);
        Assert.Equal((StageKind.TrainOn, 1, s_settings.LongStage), (decision.Kind, decision.From, decision.Share));
    }

    /// <summary>A plan that was bad does not count against a model that is seen to hold: that one is gone on with.</summary>
    [Fact]
    public void WhatHoldsIsGoneOnWithWhateverADeeperPlanLost()
    {
        ImmutableArray<StageResult> stages = [new(Math.Log(3), 60_000, 0.003, 0.004), new(Math.Log(7), 120_000, 0.06, 0.004)];
        Assert.Equal(1, StagePlan.Next(s_settings, 0.01, stages, 120_000, 120_000).From);
    }

    /// <summary>A model that is surely too deep is not trained on, however little the others lost.</summary>
    [Fact]
    public void WhatIsSurelyTooDeepIsLeft()
    {
        ImmutableArray<StageResult> stages = [new(Math.Log(3), 60_000, -0.001, 0.004), new(Math.Log(4), 100_000, 0.06, 0.004)];
        Assert.Equal(1, StagePlan.Next(s_settings, 0.01, stages, 100_000, 100_000).From);
    }

    /// <summary>A model that was trained on is gone on with as it is now.</summary>
    [Fact]
    public void OfAModelTheLastTrainingCounts()
    {
        ImmutableArray<StageResult> stages = [new(0.7, 100_000, 0.005, 0.004), new(0.7, 200_000, 0.0055, 0.004)];
        Assert.Equal(2, StagePlan.Next(s_settings, 0.01, stages, 200_000, 100_000).From);
    }

    /// <summary>
    /// With little left, a model that may just keep the allowance is only trained on if another one holds already. Otherwise the original
    /// is cut again, less deep, so that something holds at the end.
    /// </summary>
    [Fact]
    public void TheLastChanceIsNotRisked()
    {
        var settings = s_settings with { Recovery = 0.5, Aim = 0.6 };
        var risky = new StageResult(Math.Log(2.5), 700_000, 0.0105);
        Assert.Equal((StageKind.Cut, 0), Next(risky));
        Assert.Equal((StageKind.TrainOn, 2), Next(new(Math.Log(1.5), 100_000, 0.009), risky));

        (StageKind, int) Next(params ReadOnlySpan<StageResult> stages) =>
            StagePlan.Next(settings, 0.01, [.. stages], 800_000, 200_000) is var decision ? (decision.Kind, decision.From) : default;
    }

    /// <summary>If all models are too deep, the original is cut less than the shallowest of them.</summary>
    [Fact]
    public void WhatIsTooDeepIsBegunAgainWithTheOriginal()
    {
        ImmutableArray<StageResult> stages = [new(0.7, 100_000, 0.05), new(0.9, 200_000, 0.08)];
        var decision = StagePlan.Next(s_settings, 0.01, stages, 300_000, 700_000);
        Assert.Equal((StageKind.Cut, 0), (decision.Kind, decision.From));
        Assert.InRange(decision.Depth, 0.35, 0.7 - Rounding);
    }

    /// <summary>If all models are too deep and the cuts between do not exist, less and less is asked for, and the search ends.</summary>
    [Fact]
    public void WhereNoShallowerCutExistsTheSearchEnds()
    {
        ImmutableArray<StageResult> stages = [new(0.7, 100_000, 0.05)];
        var (deepest, asked) = ((double?)null, 0);
        while (StagePlan.Next(s_settings, 0.01, stages, 100_000, 900_000, deepest) is { Kind: StageKind.Cut } decision && ++asked < 20)
            deepest = decision.Depth / 2;
        Assert.InRange(asked, 2, 10);
        Assert.Equal("no cut is as small as the allowance", StagePlan.Next(s_settings, 0.01, stages, 100_000, 900_000, deepest).Reason);
    }

    /// <summary>Time that is left is not spent on a model that lost nothing, as long as deeper cuts exist.</summary>
    [Fact]
    public void AModelThatLostNothingIsNotTrainedOn() =>
        Gen.Select(Gen.Double[0.1, 2], Gen.Double[0.05, 0.9], Gen.Double[-0.01, 0]).Sample((depth, left, loss) =>
    {
        var (seen, images) = ((long)(1e6 * (1 - left)), (long)(1e6 * left));
        // In the last sixth no cut within reach is worth a stage.
        if (left < 1.0 / 6) return;
        Assert.Equal(StageKind.Cut, StagePlan.Next(s_settings, 0.01, [new(depth, seen, loss)], seen, images).Kind);
    });

    [Fact]
    public void AModelThatWasNotTrainedYetIsNoReasonToStop()
    {
        var decision = StagePlan.Next(s_settings, 0.01, [new StageResult(0.4, 0, 0.5)], 0, 1000);
        Assert.True(double.IsFinite(decision.Depth) && decision.Kind != StageKind.End, $"{decision}");
    }

    private sealed record Way(double Allowed, ImmutableArray<StageResult> Stages, long Left, double? Deepest)
    {
        public long Seen => Stages.Select(s => s.Images).DefaultIfEmpty(0).Max();

        public StageDecision Next() => StagePlan.Next(s_settings, Allowed, Stages, Seen, Left, Deepest);

        /// <param name="steps">By which each stage is deeper than the one before.</param>
        public static Way Of(LossWorld law, double allowed, long[] images, double[] steps, long left, double? deepest)
        {
            var (stages, depth, seen) = (ImmutableArray.CreateBuilder<StageResult>(), 0.0, 0L);
            for (var i = 0; i < images.Length; i++)
            {
                depth += steps[i];
                seen += images[i];
                stages.Add(new StageResult(depth, seen, law.Loss(depth, seen) + ((i % 2 == 0 ? 1 : -1) * law.Noise), law.Noise));
            }

            return new Way(allowed, stages.ToImmutable(), left, deepest < depth ? depth : deepest);
        }
    }
}
