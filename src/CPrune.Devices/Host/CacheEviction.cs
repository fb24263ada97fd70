namespace CPrune.Devices.Host;

/// <summary>
/// Takes out of the data caches what programs left there, by reading more memory than the last cache holds. Instructions in the first cache stay; in the
/// others they go too.
/// </summary>
public sealed class CacheEviction
{
    /// <summary>Caches do not replace strictly the oldest line: once their size would leave some.</summary>
    private const int Beyond = 2;

    private const long LargestBuffer = 1L << 30;
    private const int LongsALine = 64 / sizeof(long);

    private readonly long[] _memory;
    private long _sink;

    public CacheEviction() => _memory = Filled(CpuCaches.OfMachine().LastLevel);

    /// <summary>Empties the caches of the core that the calling thread runs on, and those that it shares with others.</summary>
    public void Sweep()
    {
        long sum = 0;
        for (var i = 0; i < _memory.Length; i += LongsALine) sum += _memory[i];
        Volatile.Write(ref _sink, sum);
    }

    /// <summary>Sweeps on so many threads at once, which the system spreads over as many idle cores.</summary>
    public void Sweep(int threads)
    {
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(i => new Thread(Sweep) { IsBackground = true, Name = $"sweep {i}" })];
        foreach (var thread in others) thread.Start();
        Sweep();
        foreach (var thread in others) thread.Join();
    }

    private static long[] Filled(long lastLevel)
    {
        var memory = new long[Math.Min(Beyond * lastLevel, LargestBuffer) / sizeof(long)];
        // Memory that was never written is one and the same page of zeros.
        Array.Fill(memory, 1);
        return memory;
    }
}
