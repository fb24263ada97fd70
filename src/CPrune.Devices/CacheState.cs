namespace CPrune.Devices;

/// <summary>What the data caches hold when a timed run begins.</summary>
public enum CacheState
{
    /// <summary>
    /// What the run before left there, as in inference after inference of a model whose weights stay on the chip: activations are in the inner caches,
    /// large weights come from the last one, because those of the other layers have passed through the inner ones.
    /// </summary>
    Warm,

    /// <summary>The same for a model whose weights are too large for the chip: large weights come from memory.</summary>
    Streamed,

    /// <summary>Nothing of the program's: an inference now and then, with other work between.</summary>
    Cold,
}
