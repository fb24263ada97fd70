using CPrune.Pruning.Planning;
using CPrune.Pruning.Settings;

namespace CPrune.Pruning.Tests.Planning;

/// <summary>Whole searches in worlds that follow other laws than the one that is assumed.</summary>
public class SearchSimulationTests(ITestOutputHelper output)
{
    private const int Worlds = 2000;

    private static readonly PruneSettings s_settings = new();

    /// <summary>
    /// Against one cut that is trained with all there is, to the depth at which that loses just what is allowed: what nobody reaches who has to find out.
    /// Errors of readings are a tenth of a point, or, as measured on 4,000 images, a quarter of it.
    /// </summary>
    /// <param name="forgets">A cut undoes a part of what was learned before it, which that one cut with all the training does not suffer.</param>
    /// <param name="tenth">Share of the best depth that nine of ten searches reach.</param>
    /// <param name="half">That half of them reach.</param>
    [Theory]
    [InlineData(false, false, 0.55, 0.75)]
    [InlineData(true, false, 0.55, 0.75)]
    [InlineData(false, true, 0.45, 0.7)]
    [InlineData(true, true, 0.45, 0.7)]
    public void MostSearchesComeNearTheBestThatTheTrainingIsEnoughFor(bool ofSpeed, bool forgets, double tenth, double half)
    {
        var shares = Enumerable.Range(0, Worlds).Select(seed =>
        {
            var (law, allowed, best) = ofSpeed ? WorldOfSpeed(seed, forgets) : World(seed, forgets);
            return law.Search(s_settings, allowed, seed).Best / best;
        }).Order().ToList();
        output.WriteLine($"none keeps the floor: {(double)shares.Count(s => s == 0) / Worlds:P1}");
        output.WriteLine($"share of the best: a tenth below {shares[Worlds / 10]:0.00}, half below {shares[Worlds / 2]:0.00}, a tenth above {shares[^(Worlds / 10)]:0.00}");
        Assert.True(shares[Worlds / 10] >= tenth, $"{shares[Worlds / 10]}");
        Assert.True(shares[Worlds / 2] >= half, $"{shares[Worlds / 2]}");
        Assert.True(shares.Count(s => s == 0) <= 0.01 * Worlds, $"{shares.Count(s => s == 0)} searches found nothing");
    }

    /// <summary>Whatever the law, and where deeper cuts do not exist, all training is used or nothing deeper is to be had.</summary>
    [Fact]
    public void EverySearchEndsWithAllItsTrainingUsed()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var (law, allowed, best) = World(seed);
            var (stages, _, decisions) = law.Search(s_settings, allowed, seed, deepest: best * (0.2 + (seed % 10 / 5.0)));
            Assert.True(decisions <= 40, $"seed {seed}: {decisions} decisions");
            var trained = stages.Sum(s => s.Images) - stages.Zip(stages.Skip(1)).Where(p => p.First.Depth == p.Second.Depth).Sum(p => p.First.Images);
            Assert.True(stages.IsEmpty || trained > 0, $"seed {seed}");
        }
    }

    /// <summary>Without noise the search knows after its first stage what there is to know. It loses what that stage took, and what it aims below the allowance.</summary>
    [Fact]
    public void InAWorldAsAssumedTheBestIsNearlyReached()
    {
        foreach (var depth in new[] { 0.3, 0.6, 1.0, 1.5 })
        {
            var law = LossWorld.Through(depth, 0.01, 1.5, s_settings.Recovery);
            var best = law.Search(s_settings, 0.01, 1).Best;
            Assert.True(best >= 0.55 * depth, $"{best} of {depth}");
        }
    }

    [Fact]
    public void AWorldInWhichNothingIsLostIsCutUntilNothingDeeperExists()
    {
        var (stages, best, _) = new LossWorld(0, 1, 0.5).Search(s_settings, 0.01, 1, deepest: 2);
        Assert.InRange(best, 1.2, 2);
        Assert.All(stages, s => Assert.True(s.Depth <= 2));
    }

    private static (LossWorld Law, double Allowed, double Best) World(int seed, bool forgets = false)
    {
        var random = new Random(seed);
        var (allowed, best) = (0.005 + (0.015 * random.NextDouble()), 0.4 + (1.2 * random.NextDouble()));
        return (LossWorld.Through(best, allowed, 0.8 + (1.7 * random.NextDouble()), 0.2 + (0.6 * random.NextDouble()), noise: 0.001, carried: forgets ? random.NextDouble() : 1), allowed, best);
    }

    /// <summary>From a third faster to nine times, as networks that were measured.</summary>
    private static (LossWorld Law, double Allowed, double Best) WorldOfSpeed(int seed, bool forgets)
    {
        var random = new Random(seed);
        var (allowed, best) = (0.01, 0.3 + (1.9 * random.NextDouble()));
        var (p, q, carried) = (0.6 + (0.9 * random.NextDouble()), 0.25 + (0.5 * random.NextDouble()), forgets ? random.NextDouble() : 1);
        return (LossWorld.Through(best, allowed, p, q, noise: 0.0025, ofSpeed: true, carried), allowed, best);
    }
}
