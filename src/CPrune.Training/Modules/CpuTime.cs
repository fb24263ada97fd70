using System.Globalization;

namespace CPrune.Training.Modules;

/// <summary>Seconds of all cores since the machine started.</summary>
/// <param name="Busy">In which any process ran.</param>
/// <param name="Own">In which this process ran.</param>
internal readonly record struct CpuTime(double Busy, double Own)
{
    /// <summary>The kernel's unit of /proc/stat, which is the same on all machines that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Reads both; null if the system does not tell.</summary>
    public static CpuTime? Now()
    {
        const string file = "/proc/stat";
        if (!File.Exists(file)) return null;
        var line = File.ReadLines(file).First();
        return BusyOf(line) is { } busy ? new CpuTime(busy, Environment.CpuUsage.TotalTime.TotalSeconds) : null;
    }

    /// <summary>Seconds in which cores ran processes.</summary>
    /// <param name="line">The first of /proc/stat: user, nice, system, idle, waiting for disks, interrupts, soft interrupts, …, in
    /// ticks.</param>
    internal static double? BusyOf(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 8 || fields[0] != "cpu") return null;
        int[] running = [1, 2, 3, 6, 7];
        return running.Sum(i => double.Parse(fields[i], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
