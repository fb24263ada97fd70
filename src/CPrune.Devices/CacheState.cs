namespace CPrune.Devices;

/// <summary>What the data caches hold when a timed run begins.</summary>
public enum CacheState
{
    /// <summary>What the run before left there: inference after inference.</summary>
    Warm,

    /// <summary>Nothing of the program's: an inference now and then, with other work between.</summary>
    Cold,
}
