namespace CPrune.Cli.Output;

/// <summary>Lets one in a while through. The first pause begins with the throttle itself.</summary>
internal sealed class Throttle(TimeProvider clock, TimeSpan pause)
{
    private readonly Lock _lock = new();
    private long _last = clock.GetTimestamp();

    public bool Elapsed()
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_last) < pause) return false;
            _last = clock.GetTimestamp();
            return true;
        }
    }
}
