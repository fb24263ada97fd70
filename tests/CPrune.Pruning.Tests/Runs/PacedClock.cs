namespace CPrune.Pruning.Tests.Runs;

/// <summary>Stands still but for what a test lets pass.</summary>
/// <param name="secondsPerLook">Every look at it takes as long.</param>
public sealed class PacedClock(double secondsPerLook = 0) : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(double seconds) => _ticks += (long)(seconds * TimeSpan.TicksPerSecond);

    public override long GetTimestamp()
    {
        Pass(secondsPerLook);
        return _ticks;
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
}
