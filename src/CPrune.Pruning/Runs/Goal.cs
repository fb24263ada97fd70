namespace CPrune.Pruning.Runs;

/// <summary>What a run is to reach. Only one of the three ends a walk before nothing is left to cut.</summary>
public abstract record Goal
{
    private Goal()
    {
    }

    /// <summary>Top-1 on the test set that must be kept, a share from 0 to 1; zero where accuracy is no condition.</summary>
    public double MinAccuracy { get; private init; }

    /// <summary>As fast as can be at this accuracy.</summary>
    public sealed record Accuracy : Goal
    {
        public Accuracy(double floor) => MinAccuracy = floor;
    }

    /// <summary>As accurate as can be within this latency, in seconds.</summary>
    public sealed record Latency(double BudgetSeconds) : Goal;

    /// <summary>The whole trade-off: every accepted model is a result, down to an accuracy.</summary>
    public sealed record Trace : Goal
    {
        public Trace(double floor) => MinAccuracy = floor;
    }
}
