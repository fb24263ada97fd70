using System.Collections.Immutable;
using CPrune.Pruning.Planning;
using CPrune.Pruning.Saliency;

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

    /// <summary>
    /// What a policy judges filters by if the user does not say it. A plan of all widths compares groups, which Taylor's estimate
    /// can. The walks are the
    /// published ones, and the even cut is a control: they take the L1 norm.
    /// </summary>
    /// <exception cref="ArgumentException">No policy has this name.</exception>
    public static ISaliency SaliencyOf(string name) =>
        WalkOrNull(name) is not null || PlannerOf(name) == PlanCosts.EvenCut ? new L1Saliency() : new TaylorSaliency();
}
