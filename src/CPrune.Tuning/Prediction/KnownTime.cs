namespace CPrune.Tuning.Prediction;

/// <summary>What the fastest program of a workload takes, as measured: what a predictor learns from.</summary>
/// <param name="Workload">The task's key.</param>
/// <param name="Seconds">Of one call.</param>
public sealed record KnownTime(string Workload, double Seconds);
