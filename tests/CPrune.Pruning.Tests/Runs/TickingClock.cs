namespace CPrune.Pruning.Tests.Runs;

/// <summary>Every look at it takes five seconds.</summary>
internal sealed class TickingClock : TimeProvider
{
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => _seconds += 5;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
}
