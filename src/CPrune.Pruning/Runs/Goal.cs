namespace CPrune.Pruning.Runs;

/// <summary>The accuracy that must be kept, as a person says it.</summary>
public abstract record AccuracyFloor
{
    private AccuracyFloor()
    {
    }

    /// <summary>The floor on held-out images.</summary>
    /// <param name="own">The original's top-1 on these images, a share.</param>
    public abstract double On(double own);

    /// <summary>A top-1, or the original's own if that is lower on some part of the images.</summary>
    public sealed record AtLeast(double Top1) : AccuracyFloor
    {
        public override double On(double own) => Math.Min(Top1, own);
    }

    /// <summary>So much less than the original has, a share: 0.01 is a point.</summary>
    public sealed record LosingAtMost(double Loss) : AccuracyFloor
    {
        public override double On(double own) => own - Loss;
    }
}

/// <summary>What a run is to reach.</summary>
public abstract record Goal
{
    private Goal()
    {
    }

    /// <summary>The accuracy that must be kept; null if accuracy is no condition.</summary>
    public AccuracyFloor? Floor { get; private init; }

    /// <summary>As fast as can be at this accuracy.</summary>
    public sealed record Accuracy : Goal
    {
        public Accuracy(AccuracyFloor floor) => Floor = floor;
    }

    /// <summary>As accurate as can be within this latency, in seconds.</summary>
    public sealed record Latency(double BudgetSeconds) : Goal;

    /// <summary>The whole trade-off: every accepted model is a result, down to an accuracy.</summary>
    public sealed record Trace : Goal
    {
        public Trace(AccuracyFloor? floor) => Floor = floor;
    }
}
