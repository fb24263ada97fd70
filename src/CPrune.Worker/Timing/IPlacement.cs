namespace CPrune.Worker.Timing;

/// <summary>
/// Programs loaded somewhere in memory. Where their pages happen to lie decides which of them evict each other from the caches, and so changes the
/// time of one and the same program by some per cent (Mytkowicz et al., "Producing Wrong Data Without Doing Anything Obviously Wrong!", ASPLOS 2009).
/// Timings are therefore taken over many placements.
/// </summary>
internal interface IPlacement : IDisposable
{
    /// <summary>The programs; each call runs its one so many times.</summary>
    IReadOnlyList<Action<int>> Programs { get; }
}
