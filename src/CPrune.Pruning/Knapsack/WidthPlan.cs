using System.Collections.Immutable;

namespace CPrune.Pruning.Knapsack;

/// <summary>The least harmful widths within a latency, or the reason why there are none.</summary>
public abstract record WidthPlan
{
    private WidthPlan()
    {
    }

    /// <param name="Widths">Channels that each group with a ladder keeps; 0 for one that goes with its block.</param>
    /// <param name="Blocks">Names of the blocks that go.</param>
    /// <param name="Seconds">What the staircases say the model then takes.</param>
    /// <param name="IsOptimal">False where the effort ended before it was proven that no other widths lose less.</param>
    public sealed record Found(ImmutableSortedDictionary<int, int> Widths, ImmutableArray<string> Blocks, double Seconds, bool IsOptimal) : WidthPlan;

    /// <param name="Reason">A sentence without its end.</param>
    public sealed record Infeasible(string Reason) : WidthPlan;
}
