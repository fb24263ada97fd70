namespace CPrune.Worker.Kernels;

/// <summary>
/// Threads that run shares of a work together and wait for the next run spinning, as the compiled model's do (Pool.ll): waking a sleeping thread would cost
/// more than many a kernel. After some 50 microseconds they let others have their core in between.
/// </summary>
internal sealed class SpinningTeam : IDisposable
{
    private const int SpinsBeforeYield = 1400;

    private readonly Thread[] _others;
    private Action<int, int> _share = (_, _) => { };
    private int _run;
    private int _finished;
    private volatile bool _stopping;

    /// <param name="members">Threads including the caller's.</param>
    public SpinningTeam(int members)
    {
        Members = members;
        _others = [.. Enumerable.Range(1, members - 1).Select(i => new Thread(() => Serve(i)) { IsBackground = true, Name = $"team {i}" })];
        foreach (var thread in _others) thread.Start();
    }

    public int Members { get; }

    /// <param name="share">The work of one member: its number and that of the run, both from 0.</param>
    public void Run(Action<int, int> share, int times)
    {
        // Written before the run is counted up, which is what the others wait for.
        _share = share;
        for (var time = 0; time < times; time++)
        {
            Volatile.Write(ref _finished, 0);
            Interlocked.Increment(ref _run);
            share(0, _run - 1);
            for (var spins = 0; Volatile.Read(ref _finished) != _others.Length; spins++) Spin(spins);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        Interlocked.Increment(ref _run);
        foreach (var thread in _others) thread.Join();
    }

    private static void Spin(int spins)
    {
        if (spins < SpinsBeforeYield) Thread.SpinWait(1);
        else Thread.Yield();
    }

    private void Serve(int member)
    {
        for (var seen = 1; ; seen++)
        {
            for (var spins = 0; Volatile.Read(ref _run) < seen; spins++) Spin(spins);
            if (_stopping) return;
            _share(member, seen - 1);
            Interlocked.Increment(ref _finished);
        }
    }
}
