namespace CPrune.Worker.Kernels;

/// <summary>
/// Threads that share one kernel's parallel loop in equal contiguous parts and wait for the next run spinning, as the compiled model's do: waking
/// a sleeping thread would cost more than many a kernel.
/// </summary>
internal sealed class SpinningTeam : IDisposable
{
    private readonly KernelCall _kernel;
    private readonly long _extent;
    private readonly int _members;
    private readonly Thread[] _others;
    private int _run;
    private int _finished;
    private volatile bool _stopping;

    /// <param name="members">Threads including the caller's; no more than turns of the loop take part.</param>
    public SpinningTeam(KernelCall kernel, int extent, int members)
    {
        _kernel = kernel;
        _extent = extent;
        _members = Math.Clamp(members, 1, Math.Max(extent, 1));
        _others = [.. Enumerable.Range(1, _members - 1).Select(i => new Thread(() => Serve(i)) { IsBackground = true, Name = $"team {i}" })];
        foreach (var thread in _others) thread.Start();
    }

    public void Run(int times)
    {
        for (var time = 0; time < times; time++)
        {
            Volatile.Write(ref _finished, 0);
            Interlocked.Increment(ref _run);
            RunShare(0, _run);
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
            RunShare(member, seen);
            Interlocked.Increment(ref _finished);
        }
    }

    private void RunShare(int member, int run) =>
        _kernel.Run((run - 1) % _kernel.Copies, _extent * member / _members, _extent * (member + 1) / _members);
}
