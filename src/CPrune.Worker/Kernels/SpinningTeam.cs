namespace CPrune.Worker.Kernels;

/// <summary>
/// Threads that run shares of a work together and wait for the next run spinning, as the compiled model's do: waking a sleeping thread would cost more than
/// many a kernel.
/// </summary>
internal sealed class SpinningTeam : IDisposable
{
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
            var spin = new SpinWait();
            while (Volatile.Read(ref _finished) != _others.Length) spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    public void Dispose()
    {
        _stopping = true;
        Interlocked.Increment(ref _run);
        foreach (var thread in _others) thread.Join();
    }

    private void Serve(int member)
    {
        for (var seen = 1; ; seen++)
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _run) < seen) spin.SpinOnce(sleep1Threshold: -1);
            if (_stopping) return;
            _share(member, seen - 1);
            Interlocked.Increment(ref _finished);
        }
    }
}
