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
        select Way.Of(LossLaw.Through(depth, allowed, p, q, noise), allowed, images, steps, left, isKnown ? deepest : null);

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
        Assert.Equal(new StageDecision(StageKind.Cut, 0, Math.Log(2), 2 * s_settings.ShortStage, "the first cut"), decision);
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

    /// <summary>What a model loses falls by the power of its images that is set.</summary>
    [Fact]
    public void TheLawIsThatOfTheSettings()
    {
        var (settings, stage) = (s_settings with { Recovery = 0.5 }, new StageResult(0.4, 1000, 0.02));
        Assert.Equal(0.01, StagePlan.After(settings, stage, 3000), Rounding);
        Assert.Equal(0.02, StagePlan.After(settings, stage, 0), Rounding);
    }

    /// <summary>The next cut lies half way to one that is known to lose too much.</summary>
    [Fact]
    public void BetweenACutThatHoldsAndOneThatDoesNotTheNextLiesInTheMiddle()
    {
        ImmutableArray<StageResult> stages = [new(0.6, 50_000, 0.001), new(1.0, 100_000, 0.5)];
        var decision = StagePlan.Next(s_settings, 0.01, stages, 100_000, 900_000);
        Assert.Equal((StageKind.Cut, 1, 0.8), (decision.Kind, decision.From, Math.Round(decision.Depth, 9)));
    }

    /// <summary>What was too deep before is no bound for a model that was trained on since.</summary>
    [Fact]
    public void AModelThatWasTrainedOnIsCutAsIfNothingHadBeenTooDeep()
    {
        ImmutableArray<StageResult> stages = [new(0.6, 50_000, 0.004), new(0.65, 100_000, 0.5)];
        StageResult trainedOn = new(0.6, 150_000, 0.001);
        var decision = StagePlan.Next(s_settings, 0.01, stages.Add(trainedOn), 200_000, 800_000);
        Assert.Equal(StagePlan.Next(s_settings, 0.01, [trainedOn], 200_000, 800_000) with { From = 3, Reason = "" }, decision with { Reason = "" });
        Assert.Equal(StageKind.Cut, decision.Kind);
        Assert.True(decision.Depth > 0.65, $"{decision}");
    }

    /// <summary>What leaves much of the allowance is cut once more, with all that is left.</summary>
    [Fact]
    public void AResultThatLeavesMuchOfTheAllowanceIsCutOnceMore()
    {
        ImmutableArray<StageResult> stages = [new(0.6, 800_000, 0.001)];
        var decision = StagePlan.Next(s_settings, 0.01, stages, 800_000, 200_000);
        Assert.Equal((StageKind.Cut, 1), (decision.Kind, decision.From));
    }

    [Fact]
    public void WhatIsDeepEnoughIsTrainedOn()
    {
        ImmutableArray<StageResult> stages = [new(0.6, 100_000, 0.02)];
        var decision = StagePlan.Next(s_settings, 0.01, stages, 100_000, 900_000);
        Assert.Equal((StageKind.TrainOn, 1, s_settings.LongStage), (decision.Kind, decision.From, decision.Share));
    }

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
        public static Way Of(LossLaw law, double allowed, long[] images, double[] steps, long left, double? deepest)
        {
            var (stages, depth, seen) = (ImmutableArray.CreateBuilder<StageResult>(), 0.0, 0L);
            for (var i = 0; i < images.Length; i++)
            {
                depth += steps[i];
                seen += images[i];
                stages.Add(new StageResult(depth, seen, law.Loss(depth, seen) + ((i % 2 == 0 ? 1 : -1) * law.Noise)));
            }

            return new Way(allowed, stages.ToImmutable(), left, deepest < depth ? depth : deepest);
        }
    }
}
