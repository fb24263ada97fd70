using System.Collections.Immutable;

namespace CPrune.Pruning.Policies;

/// <summary>The ways to choose what is cut, by name.</summary>
public static class PolicyCatalog
{
    public const string Default = "cprune";

    public static ImmutableArray<string> Names { get; } = [.. All.Select(p => p.Name)];

    private static IPolicy[] All =>
    [
        new TaskWalk(Default, TaskOrder.Time), new NetAdapt(), new UniformCuts(), new TaskWalk("flops", TaskOrder.Macs),
        new GlobalWidths("knapsack", TimeSource.Measured), new GlobalWidths("predict", TimeSource.Predicted),
    ];

    /// <exception cref="ArgumentException">No policy has this name.</exception>
    public static IPolicy Find(string name) =>
        Array.Find(All, p => p.Name == name) ?? throw new ArgumentException($"there is no policy '{name}'", nameof(name));
}
