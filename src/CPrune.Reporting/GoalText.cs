using System.Globalization;
using CPrune.Pruning.Runs;

namespace CPrune.Reporting;

/// <summary>A goal in words.</summary>
public static class GoalText
{
    public static string Of(Goal goal) => goal switch
    {
        Goal.Latency(var seconds) => $"at most {Figures.Seconds(seconds)} an image, as accurate as can be",
        Goal.Trace { Floor: null } => "the whole trade-off",
        { Floor: AccuracyFloor.AtLeast(var top1) } => $"as fast as can be at {Figures.Percent(top1)} top-1 or more",
        { Floor: AccuracyFloor.LosingAtMost(var loss) } =>
            string.Create(CultureInfo.InvariantCulture, $"as fast as can be while losing at most {loss * 100:0.##} points of top-1"),
        _ => throw new ArgumentOutOfRangeException(nameof(goal)),
    };
}
