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
        var widths = problem.Table.Ladders.ToImmutableSortedDictionary(l => l.Group, l => levels[l.Group] is { } level ? l.Stairs[level].Width : 0);
        ImmutableArray<string> gone = [.. problem.Blocks.Where(b => b.Groups.All(g => levels[g] is null)).Select(b => b.Name)];
        return new WidthPlan.Found(widths, gone, problem.Seconds(levels), isOptimal);
    }

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e3:0.####} ms");
}
