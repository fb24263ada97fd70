namespace CPrune.Pruning.Knapsack;

/// <summary>
/// A schedule of growing cuts: importance is only known near the model as it is, so a large cut is made in rounds, each with the importance of the model before it.
/// </summary>
public static class LatencyTargets
{
    /// <summary>What each round may take: a share less than the round before, down to the goal; endless where that is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    public static IEnumerable<double> Towards(double currentSeconds, double goalSeconds, double sharePerRound)
    {
        if (sharePerRound is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(sharePerRound), sharePerRound, "a share between 0 and 1");
        return Rounds();

        IEnumerable<double> Rounds()
        {
            var target = currentSeconds;
            while (target > goalSeconds)
            {
                target = Math.Max(goalSeconds, target * (1 - sharePerRound));
                yield return target;
            }
        }
    }
}
