namespace CPrune.Devices;

public enum FailureKind
{
    /// <summary>The schedule does not fit the computation.</summary>
    Refused,
    BuildFailed,
    WrongResult,
    TimedOut,
    Crashed,
}

/// <summary>What came of one candidate program: a failed one is a result, not an exception.</summary>
public abstract record Measurement
{
    private Measurement()
    {
    }

    /// <param name="ControlSeconds">Median time of the control kernel just before and after: only the machine can change it.</param>
    public sealed record Ok(LatencyEstimate Latency, double ControlSeconds) : Measurement;

    public sealed record Failed(FailureKind Kind, string Reason) : Measurement;
}
