using System.Collections.Immutable;
using CPrune.Pruning.Planning;

namespace CPrune.Pruning.Policies;

/// <summary>The ways to choose what is cut, by name: planners choose all widths at once, walks cut task by task.</summary>
public static class PolicyCatalog
{
    public const string Default = "knapsack";

    private static readonly ImmutableArray<IPolicy> s_walks = [new TaskWalk(), new NetAdapt()];

    private static readonly ImmutableArray<PlanCosts> s_planners = [PlanCosts.MeasuredTime, PlanCosts.PredictedTime, PlanCosts.Operations, PlanCosts.EvenCut, PlanCosts.Nothing];

    public static ImmutableArray<string> Names { get; } = [.. s_planners.Select(PlanNames.Of), .. s_walks.Select(w => w.Name)];

    /// <returns>Null if the policy is a planner.</returns>
    public static IPolicy? WalkOrNull(string name) => s_walks.FirstOrDefault(w => w.Name == name);

    /// <exception cref="ArgumentException">No policy has this name.</exception>
    public static PlanCosts PlannerOf(string name) => Names.Contains(name) && WalkOrNull(name) is null
        ? s_planners.First(p => PlanNames.Of(p) == name)
        : throw new ArgumentException($"there is no planner '{name}'", nameof(name));
}
