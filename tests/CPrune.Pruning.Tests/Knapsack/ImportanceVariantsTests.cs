using System.Collections.Immutable;
using CPrune.Pruning.Knapsack;
using CPrune.Pruning.Staircases;

namespace CPrune.Pruning.Tests.Knapsack;

public class ImportanceVariantsTests
{
    private static readonly KnapsackProblem s_problem = new(
        new StaircaseTable([], [], 0), new Dictionary<int, IReadOnlyList<double>> { [0] = [0, 0.25, 1], [1] = [0, double.PositiveInfinity] });

    private static readonly KnapsackProblem s_withBlock = s_problem with { Blocks = [new RemovableBlock("a", [0], 0.25)] };

    [Fact]
    public void TheProblemItselfComesFirst() => Assert.Same(s_problem, ImportanceVariants.Of(s_problem).First());

    [Fact]
    public void LossesAreReadAsPowersAndAsRootsAndNothingIsAllowedThatWasForbidden()
    {
        var variants = ImportanceVariants.Of(s_problem).ToList();
        Assert.Equal([[0, 0.25, 1], [0, 0.125, 1], [0, Math.Pow(0.25, 1 / 1.5), 1]], variants.Select(p => p.LossCurves[0]));
        Assert.All(variants, p => Assert.Equal([0, double.PositiveInfinity], p.LossCurves[1]));
    }

    [Fact]
    public void BlocksAreReadAsDearerAndCheaperBesideGroups()
    {
        var variants = ImportanceVariants.Of(s_withBlock).ToList();
        Assert.Equal([0.25, 0.125, Math.Pow(0.25, 1 / 1.5), 0.75, 0.25 / 3], variants.Select(p => p.Blocks[0].Loss));
        Assert.All(variants[3..], p => Assert.Equal(s_problem.LossCurves[0], p.LossCurves[0]));
    }

    [Fact]
    public void WhereNothingCostsAnythingThereIsOneReading() => Assert.Single(ImportanceVariants.Of(
        s_problem with { LossCurves = ImmutableDictionary<int, IReadOnlyList<double>>.Empty.Add(0, [0, 0]) }));
}
