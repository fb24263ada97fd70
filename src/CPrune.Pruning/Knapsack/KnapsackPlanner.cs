using System.Collections.Immutable;
using System.Globalization;
using Google.OrTools.Sat;

namespace CPrune.Pruning.Knapsack;

/// <summary>Chooses the widths of all groups at once: of all that meet a latency, those that lose the least importance.</summary>
/// <param name="effort">Deterministic time for one solution, about seconds of one core. What is found then is taken, and marked where it is not proven the best.</param>
/// <param name="seed">The same seed gives the same plan.</param>
public sealed class KnapsackPlanner(double effort = KnapsackPlanner.DefaultEffort, int seed = 1)
{
    public const double DefaultEffort = 20;

    /// <exception cref="ArgumentException">A loss curve is missing or too short.</exception>
    public WidthPlan Plan(KnapsackProblem problem, double targetSeconds)
    {
        var model = new KnapsackModel(problem);
        model.MinimiseLoss(targetSeconds);
        var (levels, status) = model.Solve(effort, seed);
        if (levels is not null) return Found(problem, levels, status == CpSolverStatus.Optimal);
        return new WidthPlan.Infeasible(status == CpSolverStatus.Infeasible
            ? $"the target is {Milliseconds(targetSeconds)}, and {Fastest(problem)}"
            : $"no widths for {Milliseconds(targetSeconds)} were found within the effort of {effort.ToString(CultureInfo.InvariantCulture)}");
    }

    private string Fastest(KnapsackProblem problem)
    {
        var model = new KnapsackModel(problem);
        model.MinimiseSeconds();
        var (levels, _) = model.Solve(effort, seed);
        return levels is null ? "no faster widths were found" : $"the fastest widths allowed take {Milliseconds(problem.Seconds(levels))}";
    }

    private static WidthPlan.Found Found(KnapsackProblem problem, IReadOnlyDictionary<int, int?> levels, bool isOptimal)
    {
        var ladders = problem.Table.Ladders;
        var gone = problem.Blocks.Where(b => b.Groups.All(g => levels[g] is null)).ToList();
        var loss = ladders.Sum(l => levels[l.Group] is { } level ? problem.LossOf(l, level) : 0) + gone.Sum(b => b.Loss);
        return new WidthPlan.Found(
            ladders.ToImmutableSortedDictionary(l => l.Group, l => levels[l.Group] is { } level ? l.Stairs[level].Width : 0),
            [.. gone.Select(b => b.Name)], problem.Seconds(levels), loss, isOptimal);
    }

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.####} ms");
}
