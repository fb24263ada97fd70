using TorchSharp;

namespace CPrune.Training.Modules;

/// <summary>
/// Gives torch as many threads as there are cores that no other process keeps busy. Torch's threads wait for each other after
/// every layer: one that
/// has to share its core holds up all of them, and two threads on a core and a half are slower than one.
/// </summary>
/// <param name="time">Tells when to look again.</param>
/// <param name="cores">Of the machine.</param>
/// <param name="read">Reads what all processes and this one have used; null if the system does not tell.</param>
internal sealed class FreeCores(TimeProvider time, int cores, Func<CpuTime?> read) : IDisposable
{
    /// <summary>Long enough for the kernel's ticks of 10 ms to say a share of a core.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly int _all = torch.get_num_threads();
    private long _since = time.GetTimestamp();
    private CpuTime? _before = read();

    public FreeCores(TimeProvider time) : this(time, Environment.ProcessorCount, CpuTime.Now)
    {
    }

    /// <summary>Looks, once a second, what others use. To be called between layers' work, by the thread that starts it.</summary>
    public void Heed()
    {
        var seconds = time.GetElapsedTime(_since).TotalSeconds;
        if (seconds < s_interval.TotalSeconds || _before is not { } before || read() is not { } now) return;
        var others = (now.Busy - before.Busy - (now.Own - before.Own)) / seconds;
        (_since, _before) = (time.GetTimestamp(), now);
        var threads = ThreadsBeside(others, cores, _all);
        if (threads != torch.get_num_threads()) torch.set_num_threads(threads);
    }

    /// <summary>Gives torch all of its threads again.</summary>
    public void Dispose() => torch.set_num_threads(_all);

    /// <param name="others">Cores that other processes kept busy, on average.</param>
    /// <param name="all">Threads that torch has if it is alone.</param>
    internal static int ThreadsBeside(double others, int cores, int all) => Math.Clamp((int)Math.Round(cores - others), 1, all);
}
