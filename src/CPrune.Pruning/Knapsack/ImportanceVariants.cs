using System.Collections.Immutable;

namespace CPrune.Pruning.Knapsack;

/// <summary>
/// Other readings of the same importance. Losses of single parts do not add up to that of all together, and by how much they miss is not known before it is looked at: by a power of them a plan takes a little of much,
/// by a root much of a little, and blocks may be dearer or cheaper beside groups than they look.
/// </summary>
public static class ImportanceVariants
{
    private const double BlockFactor = 3;

    private static readonly double[] s_powers = [1.5, 1 / 1.5];

    /// <returns>The problem itself first.</returns>
    public static IEnumerable<KnapsackProblem> Of(KnapsackProblem problem)
    {
        yield return problem;
        var largest = problem.LossCurves.Values.SelectMany(c => c).Concat(problem.Blocks.Select(b => b.Loss)).Where(double.IsFinite).DefaultIfEmpty().Max();
        if (largest <= 0) yield break;
        foreach (var power in s_powers) yield return With(problem, Raised(power), Raised(power));
        if (problem.Blocks.IsEmpty) yield break;
        yield return With(problem, loss => loss, loss => BlockFactor * loss);
        yield return With(problem, loss => loss, loss => loss / BlockFactor);

        Func<double, double> Raised(double power) => loss => largest * Math.Pow(loss / largest, power);
    }

    private static KnapsackProblem With(KnapsackProblem problem, Func<double, double> ofGroup, Func<double, double> ofBlock) =>
        problem with
        {
            LossCurves = problem.LossCurves.ToImmutableDictionary(c => c.Key, c => (IReadOnlyList<double>)[.. c.Value.Select(ofGroup)]),
            Blocks = [.. problem.Blocks.Select(b => b with { Loss = ofBlock(b.Loss) })],
        };
}
